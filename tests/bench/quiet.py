"""Gunicorn's settings while measuring: only errors are logged."""

loglevel = "error"
