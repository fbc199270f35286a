"""Which wordings of a part can be suggested anew (pure)."""

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.subjects import Content, flatten, kind_of, parts

TEXTS = frozenset({"title", "introduction", "why", "text", "hint", "proof", "unit", "note"})
"""Names of the keys that hold a text in every language."""
LISTED_TEXTS = "anchors"
"""The one list whose entries are texts themselves."""
OPTIONAL = {
    "head": ("introduction",),
    "section": ("why",),
    "question": ("hint", "proof"),
    "order": (),
}
"""Texts that a part may have although nobody has written them yet."""


def text_fields(questionnaire: Questionnaire, subject: str) -> dict[str, str]:
    """Every text field of a subject, such as ``hint/fr``, to its wording; empty if not written.

    Nothing for a subject that is not in the questionnaire.
    """
    content = parts(questionnaire).get(subject)
    return {} if content is None else texts_of(content, subject, questionnaire.languages)


def texts_of(content: Content, subject: str, languages: tuple[str, ...]) -> dict[str, str]:
    """As ``text_fields``, of a part's content."""
    fields = flatten(content)
    names = dict.fromkeys(
        name for name in (field.rpartition("/")[0] for field in fields) if _is_text(name)
    )
    names |= dict.fromkeys(OPTIONAL[kind_of(subject)])
    return {
        f"{name}/{language}": str(fields.get(f"{name}/{language}", ""))
        for name in names
        for language in languages
    }


def _is_text(name: str) -> bool:
    *above, last = name.split("/")
    return last in TEXTS or above[-1:] == [LISTED_TEXTS]
