"""One supplier organisation's answers to one version, up to the signed submission."""
