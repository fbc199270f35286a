"""The data dictionary of a release document: what its keys and values mean, as JSON (pure).

It stands beside the document and names its hash, so the document's own bytes never change. Texts
are mappings from language tag to wording, those of the portal in all its languages.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.export_method import AUDIENCES, FIELDS, METHOD, RULES, UNITS
from portal.aggregate.export_table import NUMBERS, WHOLE_NUMBERS
from portal.aggregate.proposals import ALL, BAND_WIDTH, BANDS, SMALLEST_ATOM, SMALLEST_BASE
from portal.aggregate.reading import EVERYBODY, NOT_SHOWN
from portal.core.canonical import canonical_json
from portal.core.errors import Message
from portal.core.words import CATALOGUES, ENGLISH, words
from portal.questionnaire.definition import Question, Questionnaire, Section, Text
from portal.questionnaire.sentences import sentence
from portal.response.cells import CellKey, cell_keys, labels_of, unit_of
from portal.response.snapshot import instant

FORMAT = "parley-dictionary-1"
Entry: TypeAlias = dict[str, Any]


def dictionary(document: ReleasedDocument, questionnaire: Questionnaire) -> str:
    """The data dictionary of this document as canonical JSON; the same document, the same text."""
    return canonical_json(
        {
            "format": FORMAT,
            "describes": {
                "format": document.content["format"],
                "dialogue": document.dialogue,
                "release": document.number,
                "audience": document.audience.value,
                "audience_text": _said(AUDIENCES[document.audience]),
                "cut_off": instant(document.cut_off),
                "sha256": document.sha256,
            },
            "questionnaire": {
                **document.content["questionnaire"],
                "title": dict(questionnaire.title),
                "base_language": questionnaire.base_language,
                "languages": list(questionnaire.languages),
            },
            "method": _said(METHOD),
            "rules": _rules(),
            "fields": [_field(name) for name in FIELDS],
            "columns": list(_columns(document, questionnaire)),
            "sections": [
                {"id": section.id, "text": dict(section.title)}
                for section in questionnaire.sections
            ],
            "questions": [
                _question(section, question, key, document)
                for section in questionnaire.sections
                for question in section.questions
                for key in cell_keys(question)
            ],
        }
    )


def _rules() -> Entry:
    return {
        "smallest_base": SMALLEST_BASE,
        "smallest_difference": SMALLEST_ATOM,
        "band_width": BAND_WIDTH,
        "bands": list(BANDS),
        "not_shown": _said(NOT_SHOWN),
        "texts": {name: _said(text) for name, text in RULES.items()},
    }


def _field(name: str) -> Entry:
    kind = "integer" if name in WHOLE_NUMBERS else "number" if name in NUMBERS else "text"
    unit = {"unit": UNITS[name]} if name in UNITS else {}
    return {"name": name, "type": kind, "text": _said(FIELDS[name]), **unit}


def _columns(document: ReleasedDocument, questionnaire: Questionnaire) -> Iterator[Entry]:
    segments = {segment.id: segment for segment in questionnaire.segments}
    for name in document.columns:
        if name == ALL:
            yield {"id": name, "text": dict(EVERYBODY)}
            continue
        segment = segments[name]
        entry: Entry = {"id": name, "text": dict(segment.text)}
        if segment.when is not None:
            entry["membership"] = {
                language: sentence(segment.when, questionnaire, language)
                for language in questionnaire.languages
            }
        yield entry


def _question(
    section: Section, question: Question, key: CellKey, document: ReleasedDocument
) -> Entry:
    found: Entry = {
        "key": key.key,
        "section": section.id,
        "question": question.id,
        "text": dict(question.text),
        "type": question.type,
        "several_answers": key.multiple,
        "options": [{"id": option, "text": dict(text)} for option, text in key.options],
        "clauses": [
            {"instrument": each.instrument, "clause": each.clause} for each in question.clauses
        ],
        "columns_shown": list(document.questions.get(key.key, {})),
    }
    for name, text in _parts(question, key):
        found[name] = dict(text)
    return found


def _parts(question: Question, key: CellKey) -> Iterator[tuple[str, Text]]:
    """Row, column and unit in words, where there are such."""
    parts = (("row_text", key.row_id), ("column_text", key.column_id))
    names = [name for name, part in parts if part is not None]
    yield from zip(names, labels_of(question, key), strict=True)
    unit = unit_of(question, key)
    if unit is not None:
        yield "unit", unit


def _said(text: Message) -> dict[str, str]:
    """The sentence in each of the portal's languages."""
    others = (each.name for each in CATALOGUES.iterdir() if each.is_dir())
    return {tag: words(tag).message(text) for tag in (ENGLISH, *sorted(others))}
