"""The pages, one package a kind of reader."""
