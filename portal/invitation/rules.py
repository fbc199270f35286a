"""What may happen to an invitation when (pure)."""

ANSWERABLE = frozenset({"sent", "opened"})
"""States in which the invited company can accept or decline."""

REVOCABLE = frozenset({"prepared", "sent", "opened"})
"""States in which the buyers can take the invitation back, with a reason."""

SENDABLE_AGAIN = frozenset({"sent", "opened", "bounced"})
"""States in which the buyers can send the invitation once more, with a new link."""
