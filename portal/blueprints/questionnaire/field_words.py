"""Fields of a part in words: "Wording in French", "Option “TCO” in Dutch"."""

from collections.abc import Iterator, Sequence
from typing import Any

from portal.blueprints.questionnaire.opened import Written
from portal.questionnaire.definition import Questionnaire, localised
from portal.questionnaire.fieldnames import field_name
from portal.questionnaire.subjects import ENTRY_LISTS, Content, content_of
from portal.web.language import language as page_language
from portal.web.language import sentence


def field_words(draft: Written, subject: str, field: str) -> str:
    """What the field is called on a page."""
    known = draft.questionnaire
    path, _, last = field.rpartition("/")
    language = last if last in known.languages and path else ""
    return named(known, [content_of(known, subject) or {}], field, language)


def named(known: Questionnaire, contents: Sequence[Content], field: str, language: str) -> str:
    """The same, of a part with these contents: entries are called as in the last that has them.

    ``language`` is the tag that a wording's field ends with; empty for other fields.
    """
    labels = {each: label for some in contents for each, label in _labels(known, some)}
    return sentence(field_name(field.removesuffix(f"/{language}"), labels, language=language))


def _labels(known: Questionnaire, content: Content, path: str = "") -> Iterator[tuple[str, str]]:
    """Path of each entry of a list to its wording, in the page's language."""
    for name in ENTRY_LISTS & set(content):
        entries: list[Any] = content[name]
        for place, entry in enumerate(entries):
            entry_id = entry.get("id", str(place))
            here = f"{path}{name}/{entry_id}"
            text = entry.get("text") or entry.get("title") or {}
            label = localised(text, page_language(), known.base_language) or "…"
            yield here, label if text else str(entry_id)
            if "id" in entry:
                yield from _labels(known, entry, f"{here}/")
