"""Tests of dialogue sessions, priorities and follow-up."""
