"""Changes of a draft in words: what was done to which part, field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from portal.blueprints.questionnaire.field_words import field_words
from portal.blueprints.questionnaire.opened import Written, in_words
from portal.questionnaire.queries_editing import ChangeRow, Draft
from portal.questionnaire.subjects import HEAD, ORDER, id_in, kind_of, part_of
from portal.web.language import own_name

ACTS = {
    "changed": _("changed"),
    "added": _("added"),
    "copied": _("copied"),
    "moved": _("moved"),
    "retired": _("taken out"),
    "undone": _("taken back"),
    "accepted": _("suggestion accepted"),
    "imported": _("read from a file"),
    "confirmed": _("translation confirmed"),
}
UNDOABLE = frozenset(ACTS) - {"confirmed"}
MOST_PARTS = 6
"""Parts named in one line; a file that was read changes hundreds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One change."""

    number: int
    row: ChangeRow
    act: str
    parts: tuple[str, ...]
    more: int
    fields: str
    may_undo: bool


def history_lines(draft: Draft, rows: Sequence[ChangeRow]) -> list[HistoryLine]:
    """The changes, newest first; rows of one change are one line."""
    lines = []
    for number, group in groupby(rows, key=lambda row: row.number):
        together = list(group)
        named = [row for row in together if row.subject != ORDER] or together
        parts = tuple(part_name(draft, row.subject) for row in named[:MOST_PARTS])
        first = named[0]
        lines.append(
            HistoryLine(
                number=number,
                row=first,
                act=str(ACTS.get(first.act, first.act)),
                parts=parts,
                more=len(named) - len(parts),
                fields=_fields(draft, first) if len(named) == 1 else "",
                may_undo=first.act in UNDOABLE and number > 1,
            )
        )
    return lines


def part_name(draft: Written, subject: str) -> str:
    """How a part is called in a list."""
    if subject == HEAD:
        return str(gettext("Title, introduction, languages"))
    if subject == ORDER:
        return str(gettext("Order of the questions"))
    part = part_of(draft.questionnaire, subject)
    wording = getattr(part, "text", None) or getattr(part, "title", None) or {}
    name = id_in(subject)
    if kind_of(subject) == "section":
        name = gettext("Section %(id)s", id=name)
    return f"{name} {in_words(draft, wording)}" if part is not None else name


def _fields(draft: Draft, row: ChangeRow) -> str:
    if row.act == "confirmed":
        return own_name(row.note)
    names = [field_words(draft, row.subject, field) for field in row.fields[:MOST_PARTS]]
    return ", ".join(names) + (" …" if len(row.fields) > MOST_PARTS else "")
