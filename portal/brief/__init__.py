"""The dialogue brief, composed from a release and rendered as PDF and HTML."""
