"""Invitations of supplier organisations, by name or by open registration."""
