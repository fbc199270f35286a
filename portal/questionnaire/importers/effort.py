"""A bound on the work that the conditions of a form may ask for.

A workbook of some kilobytes can hold thousands of conditions of hundreds of comparisons each, or
pass one long condition on to every question of a group. What is counted here grows with the time
and the memory that they take.
"""

from dataclasses import dataclass

from portal.core.errors import Invalid, message

MOST_LETTERS = 1_000_000
"""Of all expressions. The longest published forms have some 100,000."""
MOST_STEPS = 150_000
"""Comparisons, each counted at every question that it bears on: more than a file may hold."""


@dataclass(slots=True)
class Effort:
    """What was spent so far."""

    letters: int = 0
    steps: int = 0

    def read(self, expression: str) -> None:
        """Count an expression before it is read; Invalid if that is too much."""
        self.letters += len(expression)
        self._require_modest()

    def step(self, count: int) -> None:
        """Count comparisons; Invalid if that is too much."""
        self.steps += count
        self._require_modest()

    def _require_modest(self) -> None:
        if self.letters > MOST_LETTERS or self.steps > MOST_STEPS:
            raise Invalid(message("The conditions of this form are too large: split the form."))
