"""Where the sections and questions of a draft stand (pure).

An order is ``[[section id, [question ids]], …]``; every function gives a new one.
"""

from collections.abc import Iterator
from typing import TypeAlias, TypeVar

from portal.core.errors import Invalid, Refused, message

Item = TypeVar("Item")
Order: TypeAlias = list[tuple[str, list[str]]]


def as_order(content: object) -> Order:
    """The order that a stored content holds."""
    if not isinstance(content, list):
        raise Refused
    return [(section_id, list(question_ids)) for section_id, question_ids in content]


def as_content(order: Order) -> list[list[object]]:
    """The order as it is stored."""
    return [[section_id, list(question_ids)] for section_id, question_ids in order]


def with_section(order: Order, section_id: str, *, after: str | None) -> Order:
    """A new, empty section behind another; at the end for None."""
    position = _place([each for each, _ in order], after)
    return [*order[:position], (section_id, []), *order[position:]]


def with_question(order: Order, section_id: str, question_id: str, *, after: str | None) -> Order:
    """A question behind another of the section; at its end for None."""
    if section_id not in dict(order):
        raise Invalid(message("There is no section “{section}”.", section=section_id))
    return [
        (each, _inserted(ids, question_id, _place(ids, after)) if each == section_id else ids)
        for each, ids in order
    ]


def without(order: Order, name: str, *, is_section: bool) -> Order:
    """The order without a section (and its questions), or without a question."""
    if is_section:
        return [(each, ids) for each, ids in order if each != name]
    return [(each, [i for i in ids if i != name]) for each, ids in order]


def section_moved(order: Order, section_id: str, position: int) -> Order:
    """The section at another place, from 0; beyond the end means last."""
    moved = (section_id, dict(order)[section_id])
    return _inserted([each for each in order if each[0] != section_id], moved, position)


def question_moved(order: Order, question_id: str, section_id: str, position: int) -> Order:
    """The question at another place, from 0, of this or another section."""
    if section_id not in dict(order):
        raise Invalid(message("There is no section “{section}”.", section=section_id))
    rest = without(order, question_id, is_section=False)
    return [
        (each, _inserted(ids, question_id, position) if each == section_id else ids)
        for each, ids in rest
    ]


def taken_back(before: Order, after: Order, current: Order) -> Order:
    """What is current, with the step from ``before`` to ``after`` taken back.

    What the step removed returns behind what it stood behind; what it added goes; what it moved
    goes where it was. Everything else stays as it is now.
    """
    result = current
    for section_id in _only(after, before):
        result = without(result, section_id, is_section=True)
    stood = set(_standing(after))
    for section_id, behind in _standing(before):
        if section_id not in dict(result) and section_id not in dict(after):
            result = with_section(result, section_id, after=None)
        elif section_id not in dict(result) or (section_id, behind) in stood:
            continue
        others = [each for each, _ in result if each != section_id]
        result = section_moved(result, section_id, _place(others, behind, first=True))
    for question_id in _questions(after).keys() - _questions(before).keys():
        result = without(result, question_id, is_section=False)
    for question_id, place in _questions(before).items():
        if _questions(after).get(question_id) != place:
            result = _put_back(result, question_id, *place)
    return result


def _put_back(order: Order, question_id: str, section_id: str, behind: str | None) -> Order:
    home = section_id if section_id in dict(order) else order[-1][0] if order else None
    if home is None:
        raise Invalid(message("There is no section left to put the question in."))
    rest = [i for i in dict(order)[home] if i != question_id]
    return question_moved(order, question_id, home, _place(rest, behind, first=True))


def _standing(order: Order) -> Iterator[tuple[str, str | None]]:
    """Each section with the one before it."""
    behind: str | None = None
    for section_id, _ in order:
        yield section_id, behind
        behind = section_id


def _questions(order: Order) -> dict[str, tuple[str, str | None]]:
    """Each question's section, and the question before it."""
    found: dict[str, tuple[str, str | None]] = {}
    for section_id, ids in order:
        for position, question_id in enumerate(ids):
            found[question_id] = (section_id, ids[position - 1] if position else None)
    return found


def _only(one: Order, other: Order) -> list[str]:
    return [section_id for section_id, _ in one if section_id not in dict(other)]


def _place(ids: list[str], after: str | None, *, first: bool = False) -> int:
    """The position behind ``after``; for None, and if it is gone, the beginning or the end."""
    if after is None:
        return 0 if first else len(ids)
    return ids.index(after) + 1 if after in ids else len(ids)


def _inserted(items: list[Item], item: Item, position: int) -> list[Item]:
    place = min(max(position, 0), len(items))
    return [*items[:place], item, *items[place:]]
