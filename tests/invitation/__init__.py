"""Tests of portal/invitation."""
