"""Fields of a part in words: "Wording in French", "Option “TCO” in Dutch"."""

from collections.abc import Iterator
from typing import Any

from portal.blueprints.questionnaire.opened import in_words
from portal.questionnaire.fieldnames import field_name
from portal.questionnaire.queries_editing import Draft
from portal.questionnaire.subjects import ENTRY_LISTS, Content, content_of
from portal.web.language import sentence


def field_words(draft: Draft, subject: str, field: str) -> str:
    """What the field is called on a page."""
    path, _, last = field.rpartition("/")
    language = last if last in draft.questionnaire.languages and path else ""
    content = content_of(draft.questionnaire, subject) or {}
    labels = dict(_labels(draft, content, ""))
    return sentence(field_name(path if language else field, labels, language=language))


def _labels(draft: Draft, content: Content, path: str) -> Iterator[tuple[str, str]]:
    """Path of each entry of a list to its wording."""
    for name in ENTRY_LISTS & set(content):
        entries: list[Any] = content[name]
        for place, entry in enumerate(entries):
            entry_id = entry.get("id", str(place))
            here = f"{path}{name}/{entry_id}"
            text = entry.get("text") or entry.get("title") or {}
            yield here, in_words(draft, text) if text else str(entry_id)
            if "id" in entry:
                yield from _labels(draft, entry, f"{here}/")
