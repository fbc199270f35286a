"""A joint market dialogue: its parties, roles, rules and calendar."""
