"""Tests of portal.response."""
