"""The parts of a draft that people edit, each as plain JSON, and their fields one by one (pure).

A questionnaire is taken apart into its head, the order of its questions, its sections and its
questions, so that an edit, its history and the next edit beside it concern one part only.
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from portal.core.errors import Invalid, message
from portal.questionnaire.definition import Question, Questionnaire, Section
from portal.questionnaire.loader import ADAPTER, decode

Content: TypeAlias = Any
"""The JSON of one subject."""
Fields: TypeAlias = dict[str, Any]
"""Path to value: ``text/en`` to a wording, ``options`` to ids in order; see ``flatten``."""
Kind: TypeAlias = Literal["head", "order", "section", "question"]

KINDS: Mapping[str, Kind] = {
    "head": "head",
    "order": "order",
    "section": "section",
    "question": "question",
}
HEAD = "head"
ORDER = "order"

WHOLE = frozenset({"show_if", "row_show_if", "when", "prefill", "bands", "kinds", "clauses"})
"""Values that only make sense together: a condition is not merged word by word."""


def section_subject(section_id: str) -> str:
    """The subject of a section."""
    return f"section:{section_id}"


def question_subject(question_id: str) -> str:
    """The subject of a question."""
    return f"question:{question_id}"


def kind_of(subject: str) -> Kind:
    """What the subject is; Invalid for anything that cannot be one."""
    kind = KINDS.get(subject.partition(":")[0])
    if kind is not None:
        return kind
    raise Invalid(message("There is no part “{subject}” in a questionnaire.", subject=subject))


def id_in(subject: str) -> str:
    """The id of the section or question; empty for head and order."""
    return subject.partition(":")[2]


def parts(questionnaire: Questionnaire) -> dict[str, Content]:
    """Every subject with its content: the head, the order, then sections and questions."""
    whole = ADAPTER.dump_python(questionnaire, mode="json", by_alias=True, exclude_none=True)
    sections = whole.pop("sections")
    found = {HEAD: whole, ORDER: _order(sections)}
    for section in sections:
        questions = section.pop("questions")
        found[section_subject(section["id"])] = section
        found |= {question_subject(question["id"]): question for question in questions}
    return found


def content_of(questionnaire: Questionnaire, subject: str) -> Content | None:
    """The content of one subject; None if there is no such part."""
    return parts(questionnaire).get(subject)


def part_of(questionnaire: Questionnaire, subject: str) -> Section | Question | None:
    """The section or question behind a subject; None for others, and if it is not there."""
    if kind_of(subject) == "question":
        return questionnaire.question(id_in(subject))
    wanted = id_in(subject)
    return next((each for each in questionnaire.sections if each.id == wanted), None)


def assemble(contents: Mapping[str, Content]) -> Questionnaire:
    """The questionnaire of these parts, in the order they name.

    Raises Invalid with the first thing that does not fit the schema.
    """
    sections = [
        contents[section_subject(section_id)]
        | {"questions": [contents[question_subject(each)] for each in question_ids]}
        for section_id, question_ids in contents[ORDER]
    ]
    questionnaire, problems = decode(contents[HEAD] | {"sections": sections})
    if questionnaire is None:
        first = problems[0]
        raise Invalid(message("{what} {mend}", what=first.what, mend=first.mend))
    return questionnaire


def flatten(content: Content) -> Fields:
    """The fields of a subject.

    Texts are split by language; entries of lists are named by their id, or by their place where
    they have none, and the list itself becomes the ids in order.
    """
    fields: Fields = {}
    _flatten(content, (), fields)
    return fields


def unflatten(fields: Mapping[str, Any]) -> Content:
    """The content of these fields: the reverse of ``flatten``, but for empty texts."""
    content: dict[str, Any] = {}
    for path, value in fields.items():
        steps = path.split("/")
        inner = content
        for step in steps[:-1]:
            inner = inner.setdefault(step, {})
        if isinstance(value, list) and isinstance(inner.get(steps[-1]), dict):
            inner[steps[-1]]["#"] = value
        elif _is_entry_list(path, value):
            inner[steps[-1]] = {"#": value}
        else:
            inner[steps[-1]] = value
    return _listed(content)


ENTRY_LISTS = frozenset({"options", "rows", "columns", "instruments", "segments", "anchors"})
"""Lists whose entries are fields of their own. ``rows`` also is a mapping's key in conditions,
which are whole values and never looked into."""


def _order(sections: list[dict[str, Any]]) -> list[Any]:
    return [
        [section["id"], [question["id"] for question in section["questions"]]]
        for section in sections
    ]


def _flatten(value: Content, path: tuple[str, ...], fields: Fields) -> None:
    name = path[-1] if path else ""
    if isinstance(value, Mapping) and name not in WHOLE:
        for key, item in value.items():
            _flatten(item, (*path, key), fields)
    elif isinstance(value, list) and name in ENTRY_LISTS:
        ids = [_entry_id(item, i) for i, item in enumerate(value)]
        fields["/".join(path)] = ids
        for entry_id, item in zip(ids, value, strict=True):
            _flatten(item, (*path, entry_id), fields)
    else:
        fields["/".join(path)] = value


def _entry_id(item: Content, position: int) -> str:
    return str(item["id"]) if isinstance(item, Mapping) and "id" in item else str(position)


def _is_entry_list(path: str, value: object) -> bool:
    return isinstance(value, list) and path.rsplit("/", 1)[-1] in ENTRY_LISTS


def _listed(value: Content) -> Content:
    """Entries named by id become lists again, in the order that ``#`` holds."""
    if not isinstance(value, dict):
        return value
    order = value.get("#")
    if order is None:
        return {key: _as_is(key, item) for key, item in value.items()}
    return [_listed(value.get(entry_id, {})) for entry_id in order]


def _as_is(key: str, item: Content) -> Content:
    return item if key in WHOLE else _listed(item)
