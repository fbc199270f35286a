"""Organisations, people, sign-in, and the permission table."""
