"""Going back to an earlier text of an answer, as a new entry on top of its history."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.errors import Invalid, message
from portal.identity.actor import Actor
from portal.questionnaire.definition import File
from portal.response.answers import NOT_APPLICABLE, AnswerDraft
from portal.response.loading import load_own
from portal.response.operations_answering import Saved, save_section
from portal.response.policy import may_narrow
from portal.response.queries_history import version_of
from portal.response.rules import class_problem

RESTORED = "restored"


def restore(
    session: Session,
    actor: Actor,
    response_id: UUID,
    question_id: str,
    version: int,
    *,
    base_version: int,
    now: datetime,
) -> Saved:
    """Put an earlier version of an answer in place again; what is there now stays in the history.

    It is a save like any other, typed over ``base_version``: if somebody changed the answer
    meanwhile, nothing is stored and the conflict is returned. Who reads it is restored as well,
    where the actor may choose that and the question still allows it.

    Raises as ``save_section``, and Invalid for a file, which is restored by tying it again.
    """
    loaded = load_own(session, actor, response_id)
    section, question = loaded.section_of(question_id)
    if isinstance(question, File):
        raise Invalid(message("Files are put back on the page of the files for this question."))
    earlier = version_of(session, response_id, question_id, version).confirmed
    place = (loaded.response.dialogue_id, loaded.response.organisation_id)
    keeps_readers = not may_narrow(actor, *place) or class_problem(question, earlier) is not None
    draft = AnswerDraft(
        value=earlier.value,
        state=NOT_APPLICABLE if earlier.is_exempt else "done",
        reason=earlier.reason,
        comment=earlier.comment,
        confidentiality=None if keeps_readers else earlier.confidentiality,
        narrowing_reason=earlier.narrowing_reason,
        narrowing_until=earlier.narrowing_until,
        base_version=base_version,
        language=earlier.language,
    )
    return save_section(
        session, actor, response_id, section.id, {question_id: draft}, now=now, source=RESTORED
    )
