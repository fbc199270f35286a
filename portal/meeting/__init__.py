"""Dialogue sessions, ballots, minutes, commitments and follow-up."""
