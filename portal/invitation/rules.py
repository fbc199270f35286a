"""What may happen to an invitation when (pure)."""

ANSWERABLE = frozenset({"sent", "opened"})
"""States in which the invited company can accept or decline."""

REVOCABLE = frozenset({"prepared", "sent", "opened"})
"""States in which the buyers can take the invitation back, with a reason."""
