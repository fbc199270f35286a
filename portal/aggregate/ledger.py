"""What every audience has seen of every countable question, over all releases (pure).

A ledger is filled release by release, document by document, weakest audience first; questions in
page order, so that a question is known before those that its answers lead to.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from portal.aggregate.policy import AUDIENCES, READERS, Audience
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
            Parent(lead.parent, questions[lead.parent], self._seen[lead.parent], lead.links)
            for lead in self._leads.get(key, ())
            if lead.parent in questions
        ]

    def begin(self, questions: Mapping[str, Question]) -> None:
        """Note what is known before anything of a release is shown.

        Whoever may read an answer by name knows that its supplier was asked, and so something of
        the answers that led there.
        """
        for key, question in questions.items():
            for parent in self.parents(key, questions):
                for reader in READERS:
                    only = reader.besides
                    asked = question.answers.of({only} if only else reader.classes)
                    if asked:
                        told = parent.told_openly(asked, only)
                        self._seen[parent.key][reader.audience].append(told)

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
            (parent.key, parent.told_by(columns, question.columns))
            for parent in self.parents(key, questions)
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
