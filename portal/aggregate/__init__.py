"""Releases: frozen aggregates under disclosure control, and everything exported from them."""
