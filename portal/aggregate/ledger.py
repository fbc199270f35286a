"""What every audience has seen of every countable question, over all releases (pure).

A ledger is filled release by release, document by document, weakest audience first; questions in
page order, so that a question is known before those that its answers lead to.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from portal.aggregate.policy import AUDIENCES, Audience
from portal.aggregate.proposals import Column, Outcome, Parent, Question, Seen, SeenBy
from portal.aggregate.routing import Lead


class Ledger:
    """Key of a countable question and audience → what the audience has seen of it."""

    def __init__(self, leads: Mapping[str, Sequence[Lead]]) -> None:
        """Begin with nothing seen; ``leads`` as from ``routing.leads``."""
        self._leads = leads
        self._seen: dict[str, dict[Audience, list[Seen]]] = defaultdict(
            lambda: {audience: [] for audience in AUDIENCES}
        )

    def seen(self, key: str) -> SeenBy:
        """Everything seen of the question, oldest first."""
        return self._seen[key]

    def parents(self, key: str, questions: Mapping[str, Question]) -> list[Parent]:
        """The questions that lead to this one, as they are in the release of ``questions``."""
        return [
            Parent(
                lead.parent,
                questions[lead.parent],
                self._seen[lead.parent],
                lead.options,
                lead.alone,
            )
            for lead in self._leads.get(key, ())
            if lead.parent in questions
        ]

    def add(
        self,
        key: str,
        audience: Audience,
        columns: Sequence[Column],
        questions: Mapping[str, Question],
    ) -> None:
        """Note what a document for the audience shows of a question, and of those leading to it."""
        question = questions[key]
        told = [
            (lead.parent, parent.told_by(columns, question.columns))
            for lead, parent in zip(
                (each for each in self._leads.get(key, ()) if each.parent in questions),
                self.parents(key, questions),
                strict=True,
            )
        ]
        for reader in audience.and_stronger:
            self._seen[key][reader].append(Seen(question.answers, tuple(columns)))
            for parent, seen in told:
                self._seen[parent][reader].append(seen)

    def add_all(
        self, key: str, outcomes: Mapping[Audience, Outcome], questions: Mapping[str, Question]
    ) -> None:
        """Note what was decided for each audience."""
        for audience, outcome in outcomes.items():
            self.add(key, audience, outcome.columns, questions)
