"""Tests: they mirror the package they test and read as sentences."""
