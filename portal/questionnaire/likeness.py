"""When two questions are the same to whoever answers them (pure).

Contents are the plain JSON of questions, as ``subjects.parts`` gives it.
"""

from collections.abc import Mapping
from typing import Any

from portal.core.canonical import content_hash
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.meaning import meaning_of
from portal.questionnaire.subjects import Content, id_in, kind_of, parts

ASIDE = frozenset({"show_if", "core", "required", "clauses", "release", "prefill"})
"""What decides when a question is asked and how it is counted, not what an answer to it says."""
RULES = frozenset({"evidence", "confidentiality", "row_show_if", "minimum_rows"})
"""What an answer has to come with, not what it can be."""
TEXTS = frozenset({"text", "hint", "proof", "unit"})
WORDINGS = frozenset({"text", "hint", "proof", "anchors"})
"""Words that can change while the very same values stay right; a unit is no such word."""
ENTRIES = frozenset({"options", "rows", "columns"})
"""Lists whose entries have ids: their order says nothing."""
NOTHING: frozenset[str] = frozenset()


def question_contents(questionnaire: Questionnaire) -> dict[str, Content]:
    """Every question's content by its id, in page order."""
    return {
        id_in(subject): content
        for subject, content in parts(questionnaire).items()
        if kind_of(subject) == "question"
    }


def means_the_same(one: Content, other: Content) -> bool:
    """Whether an answer to one question is, as it stands, an answer to the other.

    Ids are not looked at. Wordings are compared in the languages that both have: a translation
    that is added or taken away changes nothing for those who read another.
    """
    return _alike(_core(one), _core(other))


def takes_the_same(one: Content, other: Content) -> bool:
    """Whether every right value of one question is right for the other, whatever the words."""
    return _alike(_form(one), _form(other), without=WORDINGS)


def likeness_key(content: Content, base_language: str) -> str:
    """The same for questions that mean the same in this base language; 64 letters."""
    return content_hash(_reduced(_core(content), base_language))


def _core(content: Content) -> Content:
    return _without(meaning_of(content), ASIDE | {"id"})


def _form(content: Content) -> Content:
    return _without(meaning_of(content), ASIDE | RULES | {"id"})


def _without(content: Content, names: frozenset[str]) -> Content:
    return {name: value for name, value in content.items() if name not in names}


def _alike(one: Any, other: Any, name: str = "", without: frozenset[str] = NOTHING) -> bool:  # noqa: ANN401 - any JSON
    if name in TEXTS:
        return _same_words(one or {}, other or {})
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        names = (one.keys() | other.keys()) - without
        return all(_alike(one.get(each), other.get(each), each, without) for each in names)
    if isinstance(one, list) and isinstance(other, list):
        pairs = _paired(one, other, name)
        inner = "text" if name == "anchors" else ""
        return pairs is not None and all(_alike(*pair, inner, without) for pair in pairs)
    return bool(one == other)


def _paired(one: list[Any], other: list[Any], name: str) -> list[tuple[Any, Any]] | None:
    """Entries that belong together; None if one list has some that the other lacks."""
    if len(one) != len(other):
        return None
    if name not in ENTRIES:
        return list(zip(one, other, strict=True))
    theirs = {entry["id"]: entry for entry in other}
    if {entry["id"] for entry in one} != theirs.keys():
        return None
    return [(entry, theirs[entry["id"]]) for entry in one]


def _same_words(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    shared = one.keys() & other.keys()
    if not shared:
        return not one and not other
    return all(one[language] == other[language] for language in shared)


def _reduced(value: Any, base_language: str, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    """The content with texts in one language only, and entries in the order of their ids."""
    if name in TEXTS:
        return value.get(base_language, "")
    if isinstance(value, Mapping):
        return {key: _reduced(item, base_language, key) for key, item in value.items()}
    if isinstance(value, list):
        inner = "text" if name == "anchors" else ""
        reduced = [_reduced(item, base_language, inner) for item in value]
        return sorted(reduced, key=lambda entry: str(entry["id"])) if name in ENTRIES else reduced
    return value
