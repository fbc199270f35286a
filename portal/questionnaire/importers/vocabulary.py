"""The words of XLSForm: its columns, its types, and what to say of those that are not carried."""

import re
from collections.abc import Mapping
from enum import StrEnum

from portal.core.errors import Message, message

# Columns --------------------------------------------------------------------------------

TRANSLATED = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message", "media"}
)
"""Roles of columns that come once for each language."""
SHOWN_TEXTS = frozenset({"label", "hint", "guidance_hint"})
"""Roles whose languages become those of the questionnaire."""

MEDIA = dict.fromkeys(("image", "big_image", "audio", "video"), "media")
SURVEY = {
    **{
        name: name
        for name in (
            *("type", "name", "label", "hint", "guidance_hint", "required", "required_message"),
            *("relevant", "constraint", "constraint_message", "appearance", "choice_filter"),
            *("parameters", "calculation", "default", "read_only", "repeat_count", "disabled"),
            *("trigger", "save_to", "rows"),
        )
    },
    **MEDIA,
    "command": "type",
    "tag": "name",
    "value": "name",
    "caption": "label",
    "relevance": "relevant",
    "readonly": "read_only",
    "calculate": "calculation",
    "constraining_message": "constraint_message",
    "jr_constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "jr_requiredmsg": "required_message",
    "count": "repeat_count",
    "jr_count": "repeat_count",
}
CHOICES = {
    **{name: name for name in ("list_name", "name", "label")},
    **MEDIA,
    "value": "name",
    "caption": "label",
}
SETTINGS = {
    **{name: name for name in ("form_title", "form_id", "version", "default_language")},
    "title": "form_title",
    "set_form_title": "form_title",
    "id_string": "form_id",
    "set_form_id": "form_id",
    "allow_choice_duplicates": "allow_choice_duplicates",
}

REASONS: Mapping[str, str] = {
    "appearance": "“{value}”: the portal decides how a question looks.",
    "choice_filter": "“{value}”: every option is offered, whatever was answered before.",
    "parameters": "“{value}”: the portal has no such setting.",
    "calculation": "“{value}”: the portal does not calculate answers.",
    "default": "“{value}”: answers are not filled in beforehand.",
    "read_only": "“{value}”: every question can be answered.",
    "repeat_count": "“{value}”: suppliers add as many rows as they need.",
    "required_message": "“{value}”: the portal says itself what is missing.",
    "constraint_message": "“{value}”: the portal says itself what is not right.",
    "media": "“{value}”: texts have no pictures or sounds.",
    "trigger": "“{value}”: nothing is calculated, so nothing sets it off.",
    "save_to": "“{value}”: answers are not kept as entities.",
    "rows": "“{value}”: the portal decides how large a field is.",
}
"""By the role of a column: why its cell is not carried."""
OTHER_REASON = "“{value}”: the portal has nothing that corresponds to this column."


NO_EFFECT = "“{value}”: it has no effect in a row of this kind."


def reason(role: str, value: str) -> Message:
    """Why a cell in a column of this role is not carried; of no role if it is not known."""
    return message(REASONS.get(role, NO_EFFECT if role else OTHER_REASON), value=value)


# Types ----------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a row of the survey is, whatever its type is called."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENTAGE = "percentage"
    RANGE = "range"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    DATE = "date"
    MOMENT = "dateTime"
    PLACE = "geopoint"
    BARCODE = "barcode"
    IMAGE = "image"
    RECORDING = "audio"
    FILE = "file"
    ACKNOWLEDGE = "acknowledge"
    NOTE = "note"
    CALCULATE = "calculate"
    FROM_FILE = "select_one_from_file"
    AUTOMATIC = "metadata"
    BEGIN_GROUP = "begin group"
    BEGIN_REPEAT = "begin repeat"
    END = "end"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


CHOOSING = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})

TYPES: Mapping[str, Kind] = {
    **dict.fromkeys(("text", "string", "q string", "add text prompt"), Kind.TEXT),
    **dict.fromkeys(("integer", "int", "q int", "add integer prompt"), Kind.INTEGER),
    **dict.fromkeys(("decimal", "q decimal", "add decimal prompt"), Kind.DECIMAL),
    "percentage": Kind.PERCENTAGE,
    "range": Kind.RANGE,
    **dict.fromkeys(("date", "q date", "add date prompt"), Kind.DATE),
    **dict.fromkeys(
        ("datetime", "date time", "time", "q date time", "q datetime", "add date time prompt"),
        Kind.MOMENT,
    ),
    "add datetime prompt": Kind.MOMENT,
    **dict.fromkeys(
        ("geopoint", "geotrace", "geoshape", "location", "gps", "q location", "q geopoint"),
        Kind.PLACE,
    ),
    **dict.fromkeys(("q geotrace", "q geoshape", "add location prompt", "osm"), Kind.PLACE),
    **dict.fromkeys(("barcode", "q barcode", "add barcode prompt"), Kind.BARCODE),
    **dict.fromkeys(
        ("image", "photo", "q picture", "q image", "add image prompt", "add photo prompt"),
        Kind.IMAGE,
    ),
    **dict.fromkeys(
        ("audio", "video", "q audio", "q video", "add audio prompt", "add video prompt"),
        Kind.RECORDING,
    ),
    **dict.fromkeys(("file", "add file prompt"), Kind.FILE),
    **dict.fromkeys(
        ("acknowledge", "trigger", "q acknowledge", "add acknowledge prompt"), Kind.ACKNOWLEDGE
    ),
    **dict.fromkeys(("note", "q note", "add note prompt"), Kind.NOTE),
    **dict.fromkeys(("calculate", "q calculate", "add calculate prompt"), Kind.CALCULATE),
    **dict.fromkeys(
        (
            *("start", "end", "today", "deviceid", "device id", "imei", "username", "email"),
            *("phonenumber", "phone number", "subscriberid", "subscriber id", "simserial"),
            *("sim id", "start time", "end time", "audit", "hidden", "start geopoint"),
            *("background audio", "background geopoint", "xml external", "csv external"),
        ),
        Kind.AUTOMATIC,
    ),
}
"""By the type in small letters, with spaces for ``_`` and ``-``; older names are still in use."""

GROUPING = re.compile(r"(begin|end) ?(group|lgroup|looped group|repeat|loop)\b.*")
CHOICE = re.compile(
    r"(?P<how>select one from file|select multiple from file|select one external"
    r"|add select one prompt using|add select multiple prompt using"
    r"|select all that apply from|select all that apply|select multiple from|select multiple using"
    r"|select multiple|select one from|select one using|select one|select1|rank)\s+(?P<list>.*)"
)
OR_OTHER = re.compile(r"\s+(?:or[ _](?:specify[ _])?other)$", re.IGNORECASE)
REPEATED = frozenset({"repeat", "lgroup", "looped group", "loop"})


def kind_of(written: str) -> tuple[Kind, str, bool]:
    """What a type stands for, the list it chooses from, and whether there is an "other"."""
    words = " ".join(written.split())
    plain = re.sub(r"[_-]", " ", words).casefold()
    if not plain:
        return Kind.NOTHING, "", False
    grouping = GROUPING.fullmatch(plain)
    if grouping is not None:
        kind = Kind.BEGIN_REPEAT if grouping[2] in REPEATED else Kind.BEGIN_GROUP
        return kind if grouping[1] == "begin" else Kind.END, "", False
    if plain in TYPES:
        return TYPES[plain], "", False
    chosen = CHOICE.fullmatch(plain)
    if chosen is None:
        return (Kind.AUTOMATIC if plain.startswith("get ") else Kind.UNKNOWN), "", False
    # The list is taken from the type as it is written: its name may have capitals and dashes.
    rest = words[chosen.start("list") :]
    name = OR_OTHER.sub("", rest)
    return _how(chosen["how"], name), name, name != rest


def _how(words: str, name: str) -> Kind:
    if "file" in words or "external" in words or "${" in name:
        return Kind.FROM_FILE
    if words == "rank":
        return Kind.RANK
    return Kind.SELECT_MULTIPLE if "multiple" in words or "all that" in words else Kind.SELECT_ONE
