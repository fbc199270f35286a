"""The base of every form, and fields that the portal's forms share."""

from flask_wtf import FlaskForm
from wtforms import Field

from portal.core.errors import Invalid
from portal.web.language import sentence


class PortalForm(FlaskForm):
    """A form with CSRF protection whose errors are sentences."""

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
