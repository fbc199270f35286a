"""Questions copied from other questionnaires, or whole sections of them.

Every copy is one change, which the history takes back. A question keeps its id if it is free, so
that its answers stay comparable; else it gets the next free number. The instruments of its clauses
come along. What cannot come along is named in ``dropped``.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Invalid, message
from portal.identity.actor import Actor
from portal.questionnaire.copying import Copying, Picked
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.likeness import question_contents
from portal.questionnaire.queries_versions import editions
from portal.questionnaire.recording import Editor, Saved, open_draft
from portal.questionnaire.subjects import section_subject


def copy_questions(
    session: Session,
    actor: Actor,
    version_id: UUID,
    source: Questionnaire,
    question_ids: Collection[str],
    *,
    editor: Editor,
    section_id: str,
    now: datetime,
) -> Saved:
    """Add copies at the end of a section, in the source's order; as ``copy_picked``."""
    picks = [Picked(source, question_ids)]
    return copy_picked(
        session, actor, version_id, picks, editor=editor, section_id=section_id, now=now
    )


def copy_picked(
    session: Session,
    actor: Actor,
    version_id: UUID,
    picks: Sequence[Picked],
    *,
    editor: Editor,
    section_id: str,
    now: datetime,
) -> Saved:
    """Add copies out of several questionnaires at the end of a section.

    Raises Invalid if nothing is chosen, nothing of it can be read here, or the section is gone.
    """

    def copy(into: Copying) -> None:
        if section_subject(section_id) not in into.contents:
            sentence = message("There is no section “{section}”.", section=section_id)
            raise Invalid(sentence, {"section": sentence})
        for pick in picks:
            into.into_section(pick, section_id)

    return _copied(session, actor, version_id, copy, editor=editor, now=now)


def copy_sections(
    session: Session,
    actor: Actor,
    version_id: UUID,
    source: Questionnaire,
    question_ids: Collection[str],
    *,
    editor: Editor,
    now: datetime,
) -> Saved:
    """Add the sections that have these questions, with these questions only, at the draft's end.

    A section brings its title, its reason and, where it can be read here, its condition. It keeps
    its id if it is free. Raises Invalid if nothing is chosen or nothing of it can be read here.
    """
    pick = Picked(source, question_ids)
    return _copied(
        session, actor, version_id, lambda into: into.as_sections(pick), editor=editor, now=now
    )


def _copied(
    session: Session,
    actor: Actor,
    version_id: UUID,
    copy: Callable[[Copying], None],
    *,
    editor: Editor,
    now: datetime,
) -> Saved:
    draft = open_draft(session, actor, version_id, editor, now=now)
    earlier = {
        question_id: content
        for edition in editions(session, draft.version.dialogue_id)
        for question_id, content in question_contents(edition.corrected).items()
    }
    into = Copying(contents=dict(draft.contents), earlier=earlier, lost={})
    copy(into)
    if not into.copied:
        dropped = into.dropped()
        sentence = dropped[0] if dropped else message("Choose at least one question to copy.")
        raise Invalid(sentence, {"questions": sentence})
    return replace(draft.save(into.contents, "copied"), dropped=into.dropped())
