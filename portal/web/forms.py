"""The base of every form, and fields that the portal's forms share."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectChoice, SelectField
from wtforms.validators import DataRequired

from portal.core.errors import Invalid, Refused
from portal.response.countries import country_choices
from portal.web.language import language, sentence


class PortalForm(FlaskForm):
    """A form with CSRF protection whose errors are sentences."""

    def does(self, act: Callable[[], object]) -> bool:
        """Validate, then act; what the act refuses is shown in the form. True if it was done."""
        if not self.validate():
            return False
        try:
            act()
        except Invalid as fault:
            self.add_fault(fault)
            return False
        return True

    def add_fault(self, fault: Invalid) -> None:
        """Show a refusal of an operation at the fields it names, else at the form's top."""
        for name, text in fault.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, sentence(text)]
        if not set(fault.fields) & set(self.data):
            self.form_errors.append(sentence(fault.reason))

    def faults(self) -> list[tuple[str, str]]:
        """(field id, sentence) for the error summary; the id is empty for the whole form."""
        found = [("", text) for text in self.form_errors]
        fields: list[Field] = list(self)
        return found + [(field.id, str(text)) for field in fields for text in field.errors]


class ConfirmForm(PortalForm):
    """Nothing but the button."""


def country_field() -> SelectField:
    """A country to choose, none chosen at first."""
    return SelectField(
        _("Country"), choices=_countries, validators=[DataRequired(_("Choose a country."))]
    )


def _countries() -> list[SelectChoice]:
    countries = country_choices(language())
    named = [SelectChoice(code, name) for code, name in countries]
    return [SelectChoice("", gettext("Choose a country")), *named]


def local_instant(value: datetime) -> datetime:
    """A time typed in the actor's time zone, as an instant in UTC."""
    return value.replace(tzinfo=ZoneInfo(g.actor.time_zone)).astimezone(UTC)


def as_uuid(text: str | None) -> UUID:
    """An id that a form sends; Refused if it cannot be one, as for one that does not exist."""
    try:
        return UUID(text or "")
    except ValueError as error:
        raise Refused from error
