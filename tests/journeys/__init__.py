"""Whole flows in a real browser."""
