"""What `make` does on a machine that has nothing but Python: standard library only."""
