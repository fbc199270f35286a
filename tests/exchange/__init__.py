"""Tests of public questions and answers."""
