"""Three people, four tabs, lost replies and late requests: no acknowledged text is ever lost.

Random interleavings are played through the real operations and compared with a small model that
knows, for each question, every text that was stored and by which tab.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from portal.core.db import Database, Session
from portal.dialogue.models import Dialogue
from portal.identity.roles import Role
from portal.response.answers import AnswerDraft
from portal.response.loading import given_answers
from portal.response.models import AnswerChange, Response
from portal.response.rules import progress
from tests import factories
from tests.response.builders import Scene, draft

NOW = datetime.fromisoformat("2026-09-01T09:00:00+00:00")
EXAMPLES = 200
TABS = 4
"""The first person has two tabs open."""
FIELDS = {
    "A.01": st.sampled_from([None, ["brand"], ["reseller"], ["manufacturer", "reseller"]]),
    "B.01": st.sampled_from([None, "yes", "no", "partly"]),
    "B.02": st.sampled_from([None, "2026-03-31", "2025-01-01"]),
    "D.01": st.sampled_from([None, "a", "b", "c", "d"]),
    "D.02": st.sampled_from([None, "p", "q", "r"]),
}
"""Questions that open and close others, and free texts, with what is typed."""


@dataclass(frozen=True)
class Turn:
    """One tab's act: load the page anew, then send what is typed in some questions.

    ``reply``: it reaches the browser. ``delay``: the request arrives after so many later ones.
    ``again``: it is sent twice, as a browser does that heard nothing.
    """

    tab: int
    reloads: bool
    typed: dict[str, Any]
    reply: bool
    delay: int
    again: bool


TURNS = st.lists(
    st.builds(
        Turn,
        tab=st.integers(0, TABS - 1),
        reloads=st.booleans(),
        typed=st.fixed_dictionaries({}, optional=FIELDS).filter(bool),
        reply=st.sampled_from([True, True, False]),
        delay=st.sampled_from([0, 0, 0, 1, 2]),
        again=st.sampled_from([False, False, True]),
    ),
    min_size=2,
    max_size=8,
)


@dataclass
class Sent:
    """A request on its way: one section's drafts from one tab."""

    tab: int
    section: str
    drafts: dict[str, AnswerDraft]
    number: int
    reply: bool

    @property
    def source(self) -> str:
        """As the page's script names it."""
        return f"tab-{self.tab:016d}.{self.number}"


@dataclass
class Model:
    """What must be true of a response, whatever arrives in whatever order."""

    team: Scene
    people: list[Any]
    pages: list[dict[str, int]] = field(default_factory=lambda: [{} for _ in range(TABS)])
    """What each tab believes: question → version."""
    stored: dict[str, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))
    """Question → (tab, text) of every version, the first first."""
    waiting: list[tuple[int, Sent]] = field(default_factory=list)
    numbers: int = 0

    def play(self, turns: list[Turn]) -> None:
        """Let every request arrive, and check after each."""
        for turn in turns:
            if turn.reloads:
                self.pages[turn.tab] = {key: len(past) for key, past in self.stored.items()}
            for sent in self._requests(turn):
                self.waiting += [(turn.delay, sent)] + [(turn.delay + 1, sent)] * turn.again
            self._arrive()
        while self.waiting:
            self._arrive()

    def _requests(self, turn: Turn) -> list[Sent]:
        by_section: dict[str, dict[str, AnswerDraft]] = defaultdict(dict)
        for key, text in turn.typed.items():
            base = self.pages[turn.tab].get(key, 0)
            by_section[key.split(".")[0]][key] = draft(text, base)
        found = []
        for section, drafts in by_section.items():
            self.numbers += 1
            found.append(Sent(turn.tab, section, drafts, self.numbers, turn.reply))
        return found

    def _arrive(self) -> None:
        """Those whose time has come reach the server; the others come nearer."""
        due = [sent for delay, sent in self.waiting if delay == 0]
        self.waiting = [(delay - 1, sent) for delay, sent in self.waiting if delay]
        for sent in due:
            self._save(sent)

    def _save(self, sent: Sent) -> None:
        before = {key: list(past) for key, past in self.stored.items()}
        saved = self.team.send(sent.section, sent.drafts, self.people[sent.tab], source=sent.source)
        now = given_answers(self.team.session, self.team.response.id)
        contested = {conflict.question.id: conflict for conflict in saved.conflicts}
        for key, mine in sent.drafts.items():
            past = before.get(key, [])
            if key in saved.changed:
                assert self._was_seen(sent.tab, mine.base_version, past)
                assert now[key].version == len(past) + 1
                assert now[key].value == mine.value
                self.stored[key].append((sent.tab, mine.value))
            else:
                assert (now[key].version if key in now else 0) == len(past)
            if key in contested:
                assert contested[key].mine.value == mine.value
                assert contested[key].theirs.value == past[-1][1]
            if sent.reply and key not in contested:
                self.pages[sent.tab][key] = max(
                    self.pages[sent.tab].get(key, 0), saved.versions[key]
                )

    @staticmethod
    def _was_seen(tab: int, base: int, past: list[tuple[int, Any]]) -> bool:
        """Whether what a text replaces was read by its author, or written in the same tab."""
        while base < len(past) and past[base][0] == tab:
            base += 1
        seen = past[base - 1][1] if base else None
        return seen == (past[-1][1] if past else None)

    def is_counted(self) -> None:
        """The counters that each save moves on are those of a count from the start."""
        session = self.team.session
        row = session.execute(
            select(Response.answered, Response.shown).where(Response.id == self.team.response.id)
        ).one()
        answers = given_answers(session, self.team.response.id)
        count = progress(self.team.questionnaire, answers)
        assert tuple(row) == (count.answered, count.shown)

    def is_remembered(self) -> None:
        """Every text that was ever stored is in the history, in its order and by its tab."""
        columns = (AnswerChange.question_id, AnswerChange.value, AnswerChange.source)
        rows = self.team.session.execute(
            select(*columns)
            .where(AnswerChange.response_id == self.team.response.id)
            .order_by(AnswerChange.question_id, AnswerChange.version)
        )
        found: dict[str, list[tuple[int, Any]]] = defaultdict(list)
        for key, value, source in rows:
            found[key].append((int(source.removeprefix("tab-").split(".")[0]), value))
        assert found == self.stored


def beginner(session: Session) -> Scene:
    """A supplier that has just begun; one dialogue for all examples: it is slow to make."""
    dialogue = session.scalars(select(Dialogue)).first()
    if dialogue is None:
        dialogue = factories.published(session, now=NOW)
    signatory = factories.supplier(session, dialogue, now=NOW)
    response = factories.response(session, dialogue, signatory, now=NOW)
    session.commit()
    return Scene(session, dialogue, signatory, response, NOW)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes minutes here
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(turns=TURNS)
def test_no_acknowledged_text_is_lost_in_any_of_200_interleavings(
    database: Database, turns: list[Turn]
) -> None:
    with database.session(writes=True) as session:
        team = beginner(session)
        others = [team.colleague(Role.SUPPLIER_ADMIN), team.colleague(Role.SUPPLIER_SIGNATORY)]
        model = Model(team, [team.signatory, team.signatory, *others])
        model.play(turns)
        model.is_remembered()
        model.is_counted()
