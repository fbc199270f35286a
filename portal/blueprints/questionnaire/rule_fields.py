"""The fields of a part that are neither texts nor entries of lists: rules, limits, classes."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    Field,
    FloatField,
    IntegerField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import NumberRange, Optional

from portal.questionnaire.definition import ConfidentialityClass, EvidenceNeed
from portal.questionnaire.parts import ColumnType
from portal.questionnaire.subjects import Content
from portal.web.forms import PortalForm
from portal.web.language import own_name
from portal.web.outline import KINDS, READERS

FILE_KINDS = ("url", "pdf", "xlsx", "csv", "docx", "image")
NEEDS = {
    "": _("No proof is asked for"),
    EvidenceNeed.OPTIONAL: _("May be added"),
    EvidenceNeed.IF_YES: _("Needed if the answer is yes"),
    EvidenceNeed.IF_ROWS: _("Needed once there is a row"),
    EvidenceNeed.ALWAYS: _("Always needed"),
}
NUMERIC = frozenset({"number", "percentage"})
TABLES = frozenset({"table"})
WRITTEN = frozenset({"text", "long"})
UNCOUNTED = frozenset({"text", "long", "date", "file", "table"})


def column_types() -> list[SelectChoice]:
    """What a column may hold."""
    return [SelectChoice(kind.value, str(KINDS[kind.value])) for kind in ColumnType]


def _classes() -> list[SelectChoice]:
    return [SelectChoice(each.value, str(READERS[each])) for each in ConfidentialityClass]


def _classes_or_none() -> list[SelectChoice]:
    return [SelectChoice("", gettext("as it starts: it cannot be widened")), *_classes()]


def _needs() -> list[SelectChoice]:
    return [SelectChoice(str(need), str(words)) for need, words in NEEDS.items()]


def _file_kinds() -> list[SelectChoice]:
    return [
        SelectChoice(kind, gettext("Link") if kind == "url" else kind.upper())
        for kind in FILE_KINDS
    ]


def are_rising_numbers(_form: PortalForm, field: Field) -> None:
    """Bands are written as their upper bounds, such as ``20; 40; 60``."""
    bounds = as_bounds(field.data)
    if bounds is None:
        raise ValidationError(
            gettext("Write numbers with a semicolon between, such as 20; 40; 60.")
        )
    if sorted(set(bounds)) != bounds:
        raise ValidationError(gettext("Each bound must be above the one before."))


def as_bounds(text: str | None) -> list[float] | None:
    """The numbers between semicolons; None if one of them is none."""
    try:
        return [float(each.replace(",", ".")) for each in (text or "").split(";") if each.strip()]
    except ValueError:
        return None


def rule_fields(kind: str, content: Content) -> dict[str, Field]:
    """Name to an unbound field, for the head, a section or a question of this type."""
    if kind == "head":
        return {
            "languages": SelectMultipleField(_("Languages"), choices=_languages(content)),
            "version": StringField(_("Version")),
        }
    if kind == "section":
        return {}
    if kind == "column":
        return _column_rules(content["type"])
    fields: dict[str, Field] = {
        "core": BooleanField(_("On the short path for small companies")),
        "required": BooleanField(_("Must be answered before signing")),
        "not_applicable": BooleanField(_("“Not applicable” with a reason is an answer")),
        "minutes": FloatField(
            _("Minutes that an honest answer takes"),
            [Optional(), NumberRange(min=0, max=600, message=_("Write 0 to 600 minutes."))],
        ),
    }
    return fields | _limits(content["type"]) | _readers() | _evidence() | _release(content["type"])


def rules_typed(form: Any) -> dict[str, Any]:  # noqa: ANN401 - a PartForm; it imports this module
    """The typed rules as fields of the subject, None for those taken away."""
    names = [name for name in rule_fields(form.kind, form.content) if name in form]
    found = {name: CONVERTED.get(name, _plain)(form[name].data) for name in names}
    if "evidence/need" in found and found["evidence/need"] is None:
        found["evidence/kinds"] = None
    return found


def _column_rules(kind: str) -> dict[str, Field]:
    fields: dict[str, Field] = {
        "type": SelectField(_("What a cell holds"), choices=column_types),
        "required": BooleanField(_("Must be filled in, in every row that has anything in it")),
    }
    return fields | (_limits("number") if kind in NUMERIC else {})


def _limits(kind: str) -> dict[str, Field]:
    names: dict[str, str] = {}
    if kind == "number":
        names = {"minimum": _("Smallest number"), "maximum": _("Largest number")}
    if kind in TABLES:
        names = {"minimum_rows": _("Fewest rows"), "maximum_rows": _("Most rows")}
    if kind in WRITTEN:
        names = {"maximum_length": _("Most characters")}
    make: Callable[..., Field] = FloatField if kind == "number" else IntegerField
    return {name: make(label, [Optional()]) for name, label in names.items()}


def _readers() -> dict[str, Field]:
    return {
        "confidentiality/default": SelectField(
            _("Who reads the answer at first"), choices=_classes
        ),
        "confidentiality/widest": SelectField(
            _("Suppliers may open it to"), choices=_classes_or_none
        ),
        "confidentiality/narrowest": SelectField(
            _("Suppliers may narrow it, with a reason, to"), choices=_classes
        ),
    }


def _evidence() -> dict[str, Field]:
    return {
        "evidence/need": SelectField(_("A file or link as proof"), choices=_needs),
        "evidence/kinds": SelectMultipleField(_("In which forms"), choices=_file_kinds),
    }


def _release(kind: str) -> dict[str, Field]:
    found: dict[str, Field] = {}
    if kind not in UNCOUNTED:
        found["release/aggregate"] = BooleanField(_("Counted in the results"))
    if kind in NUMERIC | {"grid"}:
        found["release/bands"] = StringField(
            _("Bands in the results, by their upper bounds"), [are_rising_numbers]
        )
    found["competition_review"] = TextAreaField(
        _("Why a question that touches prices, volumes or plans does no harm")
    )
    return found


def _languages(content: Content) -> list[SelectChoice]:
    offered = dict.fromkeys((*content["languages"], "en", "fr", "nl", "de", "es", "it", "pl"))
    return [SelectChoice(each, own_name(each)) for each in offered]


def _plain(value: object) -> object:
    return value


def _text_or_none(value: str | None) -> str | None:
    return (value or "").strip() or None


CONVERTED: Mapping[str, Callable[[Any], Any]] = {
    "confidentiality/widest": _text_or_none,
    "evidence/need": _text_or_none,
    "release/bands": as_bounds,
    "competition_review": _text_or_none,
}
