"""Tests of portal/dialogue."""
