"""Tests of portal/meeting."""
