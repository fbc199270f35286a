"""The workbook of a response: read when it is given back, and its changes taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.core.audit import record
from portal.core.errors import Invalid, Message, message
from portal.identity.actor import Actor
from portal.questionnaire.definition import Question, Table
from portal.questionnaire.importers.xlsx import Sheet
from portal.response.answers import GivenAnswer
from portal.response.history import Hand, begin, write_answers
from portal.response.imports import keep_import, require_hand, waiting_import
from portal.response.loading import Loaded, act_on, load, require_changeable
from portal.response.queries_workbook import KIND, sides_of
from portal.response.workbook_content import from_content, to_content, without
from portal.response.workbook_merge import Comparison, Difference, Kind, compare, touched
from portal.response.workbook_reading import RESPONSE, ReadWorkbook, read_workbook
from portal.response.workbook_writing import SUBMISSION

SOURCE = "workbook"
"""What answers from a workbook are noted as in their history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBack:
    """A file that was given back: its sheets, its name, its hash, and the key of our seals."""

    sheets: Sequence[Sheet]
    file_name: str
    sha256: str
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody decided over the differences that they saw.

    ``from_workbook``: contested questions for which the workbook's text is wanted. ``seen``:
    question → the version of the answer that stood beside the workbook's.
    """

    from_workbook: frozenset[str]
    seen: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenWorkbook:
    """The questions that were changed, and those that somebody has to look at again."""

    taken: tuple[str, ...]
    again: tuple[Question, ...]


def give_back(
    session: Session, actor: Actor, response_id: UUID, given: GivenBack, *, now: datetime
) -> UUID:
    """Keep what a workbook says, to be looked at; nothing of the answers changes.

    Raises Refused unless the actor may answer anything, NotNow if answers cannot be changed,
    Invalid if it is no workbook of ours, of other answers or another version, or was tampered with.
    """
    loaded = load(session, response_id, lock=True)
    require_hand(session, actor, loaded)
    require_changeable(loaded, now)
    tables = [each.id for each in loaded.questionnaire.questions() if isinstance(each, Table)]
    read = read_workbook(given.sheets, given.key, tables)
    _require_ours(loaded, read)
    read = touched(loaded.questionnaire, read, sides_of(session, loaded, read))
    return keep_import(
        session,
        actor,
        response_id,
        KIND,
        to_content(read),
        file_name=given.file_name,
        sha256=given.sha256,
        now=now,
    )


def take_workbook(
    session: Session,
    actor: Actor,
    response_id: UUID,
    import_id: UUID,
    decision: Decision,
    *,
    now: datetime,
) -> TakenWorkbook:
    """Take the changes of a workbook; what somebody changed online meanwhile is left to be seen.

    Every question is compared anew. A change that only the workbook made is taken; where both
    sides changed, the answer stays unless the workbook's was chosen beside that very answer.
    Taking the same workbook twice changes nothing the second time. Nine SQL statements at most.

    Raises Refused (not waiting, or nothing is this actor's to answer), NotNow (closed, submitted).
    """
    loaded = load(session, response_id, lock=True)
    writable = require_hand(session, actor, loaded)
    require_changeable(loaded, now)
    found = waiting_import(session, response_id, import_id, KIND, lock=True)
    read = from_content(found.content)
    sides = sides_of(session, loaded, read)
    comparison = compare(loaded.questionnaire, read, sides, writable)
    taken, again = _settle(comparison, decision)
    if taken:
        hand = Hand(actor.person_id, now, SOURCE)
        write_answers(session, loaded, sides.current, taken, hand)
        details: dict[str, object] = {"file": found.file_name, "questions": list(taken)}
        details |= begin(loaded.response, now)
        record(session, act_on(loaded.response, actor, "workbook_taken", details), now=now)
    if again:
        keep = {question.id for question in again}
        found.content = to_content(without(read, read.versions.keys() - keep))
    else:
        found.applied_at = now
    return TakenWorkbook(taken=tuple(taken), again=tuple(again))


def _settle(
    comparison: Comparison, decision: Decision
) -> tuple[dict[str, GivenAnswer], list[Question]]:
    """The answers to write, and the questions of which something else was seen than there is."""
    taken: dict[str, GivenAnswer] = {}
    again = []
    for row in comparison.differences:
        if row.kind not in {Kind.WORKBOOK, Kind.CONFLICT}:
            continue
        was_seen = decision.seen.get(row.question.id) == row.current.version
        if not was_seen and (
            row.kind is Kind.CONFLICT or row.question.id in decision.from_workbook
        ):
            again.append(row.question)
        elif row.kind is Kind.WORKBOOK or row.question.id in decision.from_workbook:
            taken[row.question.id] = _written_over(row)
    return taken, again


def _written_over(row: Difference) -> GivenAnswer:
    if row.mine.is_by_reference:
        # The workbook holds nothing in place of the reference: it can only say more about it.
        return replace(row.current, comment=row.mine.comment)
    return replace(row.mine, version=row.current.version)


def _require_ours(loaded: Loaded, read: ReadWorkbook) -> None:
    """Raise Invalid for a workbook of another version, of other answers, or of signed ones."""
    stamp, questionnaire = read.stamp, loaded.questionnaire
    if SUBMISSION in stamp:
        raise Invalid(
            message(
                "This workbook holds what was signed as submission {number}, to be kept. Download "
                "the workbook of your present answers to change them.",
                number=stamp[SUBMISSION],
            )
        )
    if stamp.get("sha256") != loaded.definition_hash:
        raise Invalid(_other_version(stamp, questionnaire.name, questionnaire.version))
    if stamp.get(RESPONSE, str(loaded.response.id)) != str(loaded.response.id):
        raise Invalid(
            message(
                "This workbook holds the answers of {supplier} in “{dialogue}”, not the ones you "
                "are looking at.",
                supplier=stamp.get("supplier", ""),
                dialogue=stamp.get("dialogue", ""),
            )
        )


def _other_version(stamp: Mapping[str, str], name: str, version: str) -> Message:
    if stamp.get("name") != name:
        return message(
            "This workbook was made for the questionnaire {other}; these answers belong to {name}.",
            other=stamp.get("name", ""),
            name=name,
        )
    return message(
        "This workbook was made for version {other} of {name}; these answers belong to version "
        "{version}. Download the workbook again and copy your changes into it.",
        other=stamp.get("version", ""),
        name=name,
        version=version,
    )
