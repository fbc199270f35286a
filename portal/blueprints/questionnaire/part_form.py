"""Forms for the head, a section or a question, made from what it contains.

A form's fields are named like the fields of the subject (``text/en``, ``options/tco/text/fr``), so
that what was typed goes straight into the content and is joined with others' edits by field.
New entries of a list are named ``+1``, ``+2`` …; ``#`` is an entry's place and ``-`` takes it out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, Regexp

from portal.blueprints.questionnaire.rule_fields import column_types, rule_fields, rules_typed
from portal.questionnaire.parts import PLAIN_ID_PATTERN
from portal.questionnaire.subjects import Content, flatten, question_subject, unflatten
from portal.response.fields import plain_number
from portal.web.forms import PortalForm
from portal.web.language import own_name

NEW_ENTRIES = 3
"""Empty lines below a list; more come with each save."""

TEXTS: Mapping[str, Sequence[str]] = {
    "head": ("title", "introduction"),
    "section": ("title", "why"),
    "question": ("text", "hint", "proof", "unit"),
    "column": ("text", "unit"),
}
TEXT_NAMES = {
    "title": _("Title"),
    "introduction": _("Introduction"),
    "why": _("Why this is asked"),
    "text": _("Question"),
    "hint": _("Why buyers ask, and how to answer"),
    "proof": _("What counts as proof"),
    "unit": _("Unit: what is counted"),
    "note": _("Note"),
}
LISTS = ("options", "rows", "columns", "segments")
LIST_NAMES = {
    "options": _("Choices"),
    "rows": _("Rows"),
    "columns": _("Columns"),
    "segments": _("Groups of suppliers that results may show beside all"),
    "anchors": _("The five levels"),
}
SHORT = frozenset({"title", "unit"})
CHOSEN = frozenset({"single", "multi"})


class PartForm(PortalForm):
    """The base of the made forms; ``languages_shown`` stand side by side."""

    seen = HiddenField()
    languages_shown: Sequence[str] = ()
    kind = ""
    content: Content = None

    def text_rows(self) -> list[tuple[str, list[Field]]]:
        """Each kind of text with its field in every language."""
        return [
            (str(TEXT_NAMES[name]), [self[f"{name}/{each}"] for each in self.languages_shown])
            for name in TEXTS[self.kind]
            if f"{name}/{self.languages_shown[0]}" in self
        ]

    def anchor_rows(self) -> list[list[Field]]:
        """The wordings of each maturity level, from 0."""
        found: list[list[Field]] = []
        while f"anchors/{len(found)}/{self.languages_shown[0]}" in self:
            level = len(found)
            found.append([self[f"anchors/{level}/{each}"] for each in self.languages_shown])
        return found

    def lists(self) -> list["EntryList"]:
        """The lists of entries there are."""
        return [EntryList(self, name) for name in _lists_of(self.kind, self.content)]

    def rules(self) -> list[Field]:
        """The fields that are neither texts nor entries."""
        return [self[name] for name in rule_fields(self.kind, self.content)]

    def rules_have_errors(self) -> bool:
        """Whether the rules must be open for the reader to see what is wrong."""
        return any(field.errors for field in self.rules())

    def hrefs(self) -> dict[str, list[tuple[str, str]]]:
        """Entry id to links (text, address) to what is edited on a page of its own."""
        found: dict[str, list[tuple[str, str]]] = {}
        if self.kind == "head":
            for each in self.content.get("segments", ()):
                field = f"segments/{each['id']}/when"
                href = url_for("questionnaire.condition", subject="head", field=field)
                found[each["id"]] = [(gettext("Who belongs to it"), href)]
        for each in self.content.get("columns", ()):
            found[each["id"]] = self._column_links(each["id"])
        return found

    def _column_links(self, column_id: str) -> list[tuple[str, str]]:
        question_id = self.content["id"]
        field = f"columns/{column_id}/show_if"
        subject = question_subject(question_id)
        return [
            (
                gettext("More about this column"),
                url_for("questionnaire.column", question_id=question_id, column_id=column_id),
            ),
            (
                gettext("Shown if"),
                url_for("questionnaire.condition", subject=subject, field=field),
            ),
        ]


class EntryList:
    """Options, rows, columns or segments: each entry with its fields."""

    def __init__(self, form: PartForm, name: str) -> None:
        """Look the entries up in the form."""
        self.name = name
        self.title = str(LIST_NAMES[name])
        self.form = form

    def entries(self) -> Iterator[dict[str, Any]]:
        """``id``, ``fields`` by their last step, and texts in the order of the languages."""
        known = [str(entry["id"]) for entry in self.form.content[self.name]]
        for entry_id in (*known, *(f"+{n + 1}" for n in range(NEW_ENTRIES))):
            prefix = f"{self.name}/{entry_id}"
            yield {
                "id": entry_id,
                "is_new": entry_id.startswith("+"),
                "texts": [self.form[f"{prefix}/text/{each}"] for each in self.form.languages_shown],
                "fields": {
                    step: self.form[f"{prefix}/{step}"]
                    for step in ("id", "type", "exclusive", "required", "#", "-")
                    if f"{prefix}/{step}" in self.form
                },
            }


def part_form(kind: str, content: Content, languages: Sequence[str]) -> type[PartForm]:
    """The form class for a subject's content with these languages side by side."""
    fields: dict[str, Any] = {"kind": kind, "content": content, "languages_shown": languages}
    for name in TEXTS[kind]:
        if name != "unit" or content.get("type") == "number":
            fields |= {f"{name}/{each}": _text(name, each) for each in languages}
    for level, _wordings in enumerate(content.get("anchors", ())):
        fields |= {
            f"anchors/{level}/{each}": StringField(
                gettext("Level %(level)s, %(language)s", level=level, language=own_name(each))
            )
            for each in languages
        }
    for name in _lists_of(kind, content):
        fields |= dict(_entry_fields(name, content, languages))
    fields |= rule_fields(kind, content)
    return type("MadePartForm", (PartForm,), fields)


def _lists_of(kind: str, content: Content) -> list[str]:
    """The lists that are edited here: a column has choices only if something is chosen in it."""
    if kind == "column":
        return ["options"] if content["type"] in CHOSEN else []
    return [name for name in LISTS if isinstance(content.get(name), list)]


def form_data(content: Content) -> dict[str, Any]:
    """What the form shows for the content."""
    data = dict(flatten(content))
    for name in LISTS:
        for place, entry in enumerate(content.get(name) or ()):
            data[f"{name}/{entry['id']}/#"] = place + 1
    bands = data.get("release/bands") or ()
    data["release/bands"] = "; ".join(plain_number(bound) for bound in bands)
    return data


def typed_content(form: PartForm) -> Content:
    """The content with what was typed; languages and fields that were not shown stay."""
    fields = flatten(form.content)
    for name in TEXTS[form.kind]:
        _put_texts(fields, form, name)
    for level, _anchors in enumerate(form.content.get("anchors", ())):
        _put_texts(fields, form, f"anchors/{level}")
    for name in _lists_of(form.kind, form.content):
        _put_entries(fields, form, name)
    typed = {
        name: value for name, value in (fields | rules_typed(form)).items() if value is not None
    }
    return unflatten(typed)


def _text(name: str, language: str) -> Field:
    label = own_name(language)
    return StringField(label) if name in SHORT else TextAreaField(label)


def _entry_fields(
    name: str, content: Content, languages: Sequence[str]
) -> Iterator[tuple[str, Field]]:
    known = [str(entry["id"]) for entry in content[name]]
    for entry_id in (*known, *(f"+{n + 1}" for n in range(NEW_ENTRIES))):
        prefix, is_new = f"{name}/{entry_id}", entry_id.startswith("+")
        for each in languages:
            label = gettext(
                "Wording of %(entry)s, %(language)s", entry=entry_id, language=own_name(each)
            )
            yield f"{prefix}/text/{each}", StringField(label)
        yield (
            f"{prefix}/#",
            IntegerField(gettext("Place of %(entry)s", entry=entry_id), [Optional()]),
        )
        if is_new:
            rule = Regexp(
                PLAIN_ID_PATTERN, message=_("Use letters, digits, hyphens and underscores.")
            )
            yield f"{prefix}/id", StringField(gettext("Id of the new entry"), [Optional(), rule])
        else:
            yield f"{prefix}/-", BooleanField(gettext("Take %(entry)s out", entry=entry_id))
        if name == "options" and content.get("type") == "multi":
            label = gettext("%(entry)s excludes all others", entry=entry_id)
            yield f"{prefix}/exclusive", BooleanField(label)
        if name == "columns":
            yield from _column_fields(prefix, entry_id)


def _column_fields(prefix: str, entry_id: str) -> Iterator[tuple[str, Field]]:
    label = gettext("Type of %(entry)s", entry=entry_id)
    yield f"{prefix}/type", SelectField(label, choices=column_types)
    label = gettext("%(entry)s must be filled in", entry=entry_id)
    yield f"{prefix}/required", BooleanField(label)


def _put_texts(fields: dict[str, Any], form: PartForm, name: str) -> None:
    for language in form.languages_shown:
        field = f"{name}/{language}"
        if field not in form:
            continue
        text = _as_written(form[field].data, str(fields.get(field, "")))
        if text:
            fields[field] = text
        else:
            fields.pop(field, None)


def _as_written(typed: str | None, before: str) -> str:
    """The text with plain line ends; one that only lost its outer spaces is the one before."""
    text = (typed or "").replace("\r\n", "\n")
    return before if text.strip() == before.strip() else text.strip()


def _put_entries(fields: dict[str, Any], form: PartForm, name: str) -> None:
    places: dict[str, tuple[float, int]] = {}
    for place, entry in enumerate(EntryList(form, name).entries()):
        entry_id = _entry_id(form, name, entry)
        if entry_id is None:
            continue
        prefix, source = f"{name}/{entry_id}", f"{name}/{entry['id']}"
        for language in form.languages_shown:
            text = _as_written(
                form[f"{source}/text/{language}"].data,
                str(fields.get(f"{prefix}/text/{language}", "")),
            )
            if text:
                fields[f"{prefix}/text/{language}"] = text
            else:
                fields.pop(f"{prefix}/text/{language}", None)
        fields[f"{prefix}/id"] = entry_id
        for step in ("type", "exclusive", "required"):
            if step in entry["fields"]:
                fields[f"{prefix}/{step}"] = entry["fields"][step].data
        wanted = entry["fields"]["#"].data
        places[entry_id] = (wanted if wanted is not None else 10_000, place)
    fields[name] = sorted(places, key=lambda each: places[each])


def _entry_id(form: PartForm, name: str, entry: Mapping[str, Any]) -> str | None:
    """The entry's id; None for one taken out and for an empty line."""
    if not entry["is_new"]:
        return None if entry["fields"]["-"].data else str(entry["id"])
    typed = (entry["fields"]["id"].data or "").strip()
    has_text = any((field.data or "").strip() for field in entry["texts"])
    if not typed and has_text:
        number = len(form.content[name]) + int(entry["id"][1:])
        return f"{name[0]}{number}"
    return typed or None
