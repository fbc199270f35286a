"""The fields of a questionnaire's parts, and their values, in words for people (pure).

Fields are the flat paths of ``subjects.flatten``: ``text/fr`` is "Wording in French".
"""

from collections.abc import Mapping
from typing import Any, Final

from portal.core.errors import Message, message

LANGUAGE_NAMES: Final[Mapping[str, Message]] = {
    "bg": message("Bulgarian"),
    "cs": message("Czech"),
    "da": message("Danish"),
    "de": message("German"),
    "el": message("Greek"),
    "en": message("English"),
    "es": message("Spanish"),
    "et": message("Estonian"),
    "fi": message("Finnish"),
    "fr": message("French"),
    "ga": message("Irish"),
    "hr": message("Croatian"),
    "hu": message("Hungarian"),
    "it": message("Italian"),
    "lt": message("Lithuanian"),
    "lv": message("Latvian"),
    "mt": message("Maltese"),
    "nl": message("Dutch"),
    "no": message("Norwegian"),
    "pl": message("Polish"),
    "pt": message("Portuguese"),
    "ro": message("Romanian"),
    "sk": message("Slovak"),
    "sl": message("Slovenian"),
    "sv": message("Swedish"),
}
"""The languages of the Union and Norway; others are named by their tag."""

FIELDS: Final[Mapping[str, Message]] = {
    "anchors": message("Levels"),
    "base_language": message("Base language"),
    "clauses": message("Clauses covered"),
    "columns": message("Columns"),
    "competition_review": message("Reason why the competition check lets it stand"),
    "confidentiality/default": message("Confidentiality"),
    "confidentiality/narrowest": message("Narrowest confidentiality"),
    "confidentiality/widest": message("Widest confidentiality"),
    "core": message("On the short path"),
    "evidence/kinds": message("Forms of evidence"),
    "evidence/need": message("Evidence"),
    "exclusive": message("Excludes the others"),
    "hint": message("Hint"),
    "instruments": message("Instruments"),
    "introduction": message("Introduction"),
    "languages": message("Languages"),
    "maximum": message("Largest number"),
    "maximum_length": message("Most characters"),
    "maximum_rows": message("Most rows"),
    "minimum": message("Smallest number"),
    "minimum_rows": message("Fewest rows"),
    "minutes": message("Minutes"),
    "name": message("Name"),
    "not_applicable": message("“Not applicable” allowed"),
    "note": message("Note"),
    "options": message("Options"),
    "prefill": message("Filled in from an earlier table"),
    "proof": message("Proof"),
    "release/aggregate": message("Part of a release"),
    "release/bands": message("Bands of a release"),
    "required": message("Required"),
    "row_show_if": message("Rows shown if"),
    "rows": message("Rows"),
    "segments": message("Groups of suppliers"),
    "shapes": message("Kinds of numbers"),
    "show_if": message("Shown if"),
    "text": message("Wording"),
    "title": message("Title"),
    "type": message("Type of answer"),
    "unit": message("Unit"),
    "valid_from": message("Valid from"),
    "valid_to": message("Valid until"),
    "version": message("Version"),
    "when": message("Belongs to it if"),
    "why": message("Why it is asked"),
}

ENTRIES: Final[Mapping[str, str]] = {
    "options": "Option “{label}”",
    "rows": "Row “{label}”",
    "columns": "Column “{label}”",
    "anchors": "Level {label}",
    "instruments": "Instrument “{label}”",
    "segments": "Group “{label}”",
}
MAIN_TEXTS = frozenset({"text", "title"})
"""The text that an entry is known by: its name says enough."""

TYPES: Final[Mapping[str, Message]] = {
    "country": message("Country"),
    "date": message("Date"),
    "email": message("E-mail address"),
    "file": message("Files or links"),
    "grid": message("Several answers in each row"),
    "long": message("Several lines of text"),
    "matrix": message("One choice in each row"),
    "maturity": message("One of five levels"),
    "multi": message("Any number of choices"),
    "number": message("Number"),
    "percentage": message("Percentage"),
    "single": message("One choice"),
    "table": message("Table, as many rows as you need"),
    "text": message("One line of text"),
    "url": message("Web address"),
    "yes_no": message("Yes or no"),
    "yes_partly_no": message("Yes, partly or no"),
}
CLASSES: Final[Mapping[str, Message]] = {
    "aggregate_only": message("only in totals"),
    "buyers": message("the buyers"),
    "buyers_and_observers": message("the buyers and observers"),
    "named_buyers": message("named buyers"),
    "participants": message("all participants"),
    "public": message("public"),
}
NEEDS: Final[Mapping[str, Message]] = {
    "always": message("always"),
    "if_rows": message("if there are rows"),
    "if_yes": message("if the answer is yes"),
    "optional": message("if the supplier wishes"),
}
VALUES: Final[Mapping[str, Mapping[str, Message]]] = {
    "confidentiality/default": CLASSES,
    "confidentiality/narrowest": CLASSES,
    "confidentiality/widest": CLASSES,
    "evidence/need": NEEDS,
    "type": TYPES,
}
YES: Final = message("Yes")
NO: Final = message("No")


def language_name(tag: str) -> Message:
    """A language in words; the tag for one that is not known here."""
    return LANGUAGE_NAMES.get(tag) or message("{tag}", tag=tag)


def field_name(field: str, labels: Mapping[str, str], *, language: str = "") -> Message:
    """A field in words; ``labels`` are those of entries of lists, by path.

    ``language`` is the tag of a text's wording, left out of ``field``.
    """
    entry, _, rest = _entry_and_rest(field)
    name = FIELDS.get(rest) or message("{field}", field=rest)
    if entry:
        thing = entry_name(entry, labels)
        is_main = not rest or rest in MAIN_TEXTS
        name = thing if is_main else message("{thing}: {name}", thing=thing, name=name)
    if not language:
        return name
    return message("{name} in {language}", name=name, language=language_name(language))


def entry_name(path: str, labels: Mapping[str, str]) -> Message:
    """An option, row, column, level, instrument or group, with its label."""
    outer, collection, entry_id = ("", *path.split("/")[-2:])
    outer = path.rpartition(f"/{collection}/{entry_id}")[0]
    name = message(ENTRIES[collection], label=labels.get(path, entry_id))
    if not outer:
        return name
    column = labels.get(outer, outer.rpartition("/")[2])
    return message("{name} of column “{column}”", name=name, column=column)


def value_words(field: str, value: Any) -> Message | str:  # noqa: ANN401 - any JSON
    """A field's value as a person would say it; empty if there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float | int):
        return str(int(value)) if float(value).is_integer() else str(value)
    if isinstance(value, list):
        return ", ".join(str(_item(each)) for each in value)
    if isinstance(value, Mapping):
        return _item(value)
    known = VALUES.get(_entry_and_rest(field)[2], {})
    return known.get(value) or str(value)


def _item(value: Any) -> str:  # noqa: ANN401 - any JSON
    """An entry of a list of plain values: a clause is its instrument and number."""
    if isinstance(value, Mapping):
        if "instrument" in value:
            return f"{value['instrument']} {value.get('clause', '')}".strip()
        return ", ".join(f"{key}: {_item(each)}" for key, each in value.items())
    return str(value_words("", value))


def _entry_and_rest(field: str) -> tuple[str, str, str]:
    """The innermost entry of a list that a field belongs to, and the field within it."""
    steps = field.split("/")
    end = 0
    while end + 1 < len(steps) and steps[end] in ENTRIES:
        end += 2
    return "/".join(steps[:end]), "/", "/".join(steps[end:])
