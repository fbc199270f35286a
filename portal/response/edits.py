"""What a save asks for, question by question, beside what was seen and what there is now."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.questionnaire.definition import File, Question
from portal.response.answers import AnswerDraft, GivenAnswer, drafted, unanswered
from portal.response.history import Hand
from portal.response.loading import CONTENT_NAMES, HISTORY
from portal.response.models import AnswerChange
from portal.response.rules import Merge, merge
from portal.response.tabs import Step, is_overtaken, moved_base, tab_of


@dataclass(frozen=True, slots=True)
class Edit:
    """One question of a save: what I send, what I saw (None if unknown), what there is now.

    ``outcome`` is what is done with it: kept where a later text of the same tab is stored already.
    """

    question: Question
    mine: GivenAnswer
    base: GivenAnswer | None
    current: GivenAnswer
    outcome: Merge

    @property
    def version(self) -> int:
        """The version that what I sent is typed over from now on.

        That of my text if it is stored; what I saw if I changed nothing or must choose.
        """
        if self.outcome is Merge.TAKE:
            return self.current.version + 1
        return self.current.version if self.mine.says_the_same(self.current) else self.mine.version


def edits(
    session: Session,
    response_id: UUID,
    questions: Mapping[str, Question],
    drafts: Mapping[str, AnswerDraft],
    before: Mapping[str, GivenAnswer],
    *,
    hand: Hand,
) -> list[Edit]:
    """Each draft with the version it was typed over; at most one query."""
    current = {key: before.get(key) or unanswered(questions[key]) for key in drafts}
    behind = {
        key: draft.base_version
        for key, draft in drafts.items()
        if draft.base_version < current[key].version
    }
    steps = _steps(session, response_id, behind, hand)
    found = []
    for key, draft in drafts.items():
        base, since = _base(questions[key], draft, current[key], steps.get(key, []))
        moved = moved_base(base, since, hand.person_id, hand.source)
        late = is_overtaken(since, hand.person_id, hand.source)
        found.append(_edit(questions[key], draft, moved, current[key], is_late=late))
    return found


def _base(
    question: Question, draft: AnswerDraft, current: GivenAnswer, steps: list[Step]
) -> tuple[GivenAnswer | None, list[Step]]:
    """The version a draft names, None if there never was one, and what came after it."""
    if 0 in {draft.base_version, current.version}:
        return unanswered(question), steps
    if draft.base_version == current.version:
        return current, []
    if steps and steps[0].answer.version == draft.base_version:
        return steps[0].answer, steps[1:]
    return None, []


def _steps(
    session: Session, response_id: UUID, behind: Mapping[str, int], hand: Hand
) -> dict[str, list[Step]]:
    """Question → the version named and, where a tab may have typed on, all later ones."""
    in_a_tab = tab_of(hand.source) is not None
    wanted = [
        and_(
            AnswerChange.question_id == key,
            AnswerChange.version >= version if in_a_tab else AnswerChange.version == version,
        )
        for key, version in behind.items()
        if version or in_a_tab
    ]
    found: dict[str, list[Step]] = {}
    if not wanted:
        return found
    columns = (AnswerChange.question_id, AnswerChange.changed_by, AnswerChange.source, *HISTORY)
    query = select(*columns).where(AnswerChange.response_id == response_id, or_(*wanted))
    rows = session.execute(query.order_by(AnswerChange.version))
    for question_id, person_id, source, *content in rows:
        answer = GivenAnswer(**dict(zip(CONTENT_NAMES, content, strict=True)))
        found.setdefault(question_id, []).append(Step(answer, person_id, source))
    return found


def _edit(
    question: Question,
    draft: AnswerDraft,
    base: GivenAnswer | None,
    current: GivenAnswer,
    *,
    is_late: bool,
) -> Edit:
    if base is not None and (isinstance(question, File) or draft.keeps_rows):
        # The value follows from the evidence, which is tied by acts of its own; so do rows that
        # were not on the page.
        base = replace(base, value=current.value)
    mine = drafted(question, draft, base or current, evidence=current.evidence)
    if isinstance(question, File) and current.is_suggested and not current.evidence:
        # Its evidence comes along when it is confirmed, which saving is not.
        mine = replace(mine, state=current.state, value=current.value)
    if mine.is_by_reference:
        mine = replace(mine, reference=current.reference)
    if base is None:
        mine = replace(mine, version=draft.base_version)
    outcome = Merge.KEEP if is_late else merge(mine, base, current)
    return Edit(question, mine, base, current, outcome)
