"""Tests of portal/identity."""
