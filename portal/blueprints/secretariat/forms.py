"""Forms of the secretariat's pages."""

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Email, InputRequired, Length, Regexp

from portal.dialogue.operations import Plan
from portal.identity.roles import Role
from portal.web.forms import PortalForm, country_field, local_instant

ROLE_NAMES = {
    Role.LEAD_BUYER: _("Lead buyer: publishes, votes, reads answers"),
    Role.CO_BUYER: _("Co-buyer: edits the draft, votes, reads answers"),
    Role.BUYER_READER: _("Buyer reader: reads"),
    Role.OBSERVER: _("Observer: comments on drafts, reads releases"),
    Role.SECRETARIAT: _("Secretariat: runs the dialogue"),
}
"""The roles that are given by hand, the one needed first at the top."""

SUPPLIER_ROLE_NAMES = {
    Role.SUPPLIER_ADMIN: _("Supplier: answers and adds colleagues"),
    Role.SUPPLIER_CONTRIBUTOR: _("Supplier: answers some sections"),
    Role.SUPPLIER_SIGNATORY: _("Supplier: answers, signs and sends"),
}
"""The roles that people at suppliers get through their invitation."""


class DialogueForm(PortalForm):
    """Set up a dialogue."""

    title = StringField(_("Title"), validators=[DataRequired(_("Enter a title.")), Length(max=200)])
    short_name = StringField(
        _("Short name, for the address"),
        description=_("Small letters, digits and hyphens, such as laptops-2027."),
        validators=[
            DataRequired(_("Enter a short name.")),
            Regexp(
                r"^[a-z][a-z0-9-]{1,38}$",
                message=_(
                    "Use 2 to 39 small letters, digits and hyphens, beginning with a letter."
                ),
            ),
        ],
    )
    purpose = TextAreaField(
        _("Purpose"),
        description=_("What the buyers want to learn and change. Everyone reads this."),
        validators=[DataRequired(_("Say what the dialogue is for.")), Length(max=4000)],
    )
    rules = TextAreaField(
        _("Rules of the dialogue"),
        description=_("Equal treatment, confidentiality, competition law. Everyone reads this."),
        validators=[Length(max=8000)],
    )
    opens_at = DateTimeLocalField(
        _("Opens"), validators=[InputRequired(_("Enter the day and time at which it opens."))]
    )
    closes_at = DateTimeLocalField(
        _("Closes"), validators=[InputRequired(_("Enter the day and time at which it closes."))]
    )
    open_registration = BooleanField(_("Suppliers may register themselves"))

    def plan(self) -> Plan:
        """What the form says, with times as instants."""
        return Plan(
            short_name=self.short_name.data,
            title=self.title.data,
            purpose=self.purpose.data,
            rules=self.rules.data or "",
            opens_at=local_instant(self.opens_at.data),
            closes_at=local_instant(self.closes_at.data),
            open_registration=self.open_registration.data,
        )


class PersonForm(PortalForm):
    """Give somebody a role."""

    organisation = StringField(
        _("Organisation"),
        validators=[DataRequired(_("Enter the organisation's name.")), Length(max=200)],
    )
    country = country_field()
    name = StringField(
        _("Name"), validators=[DataRequired(_("Enter the person's name.")), Length(max=200)]
    )
    email = EmailField(
        _("E-mail address"),
        validators=[
            DataRequired(_("Enter the person's e-mail address.")),
            Email(_("Enter an e-mail address, such as name@example.org.")),
        ],
    )
    role = SelectField(
        _("Role"), choices=[SelectChoice(role.value, name) for role, name in ROLE_NAMES.items()]
    )


class ContactForm(PortalForm):
    """Who at a supplier gets its invitation."""

    contact_name = StringField(_("Contact's name"), validators=[Length(max=200)])
    email = EmailField(
        _("Contact's e-mail address"),
        validators=[
            DataRequired(_("Enter the contact's e-mail address.")),
            Email(_("Enter an e-mail address, such as name@example.org.")),
        ],
    )


class InvitationForm(ContactForm):
    """Invite a supplier by name."""

    organisation = StringField(
        _("Company"), validators=[DataRequired(_("Enter the company's name.")), Length(max=200)]
    )
    country = country_field()


class ReasonForm(PortalForm):
    """Something that needs a reason."""

    reason = StringField(
        _("Reason"), validators=[DataRequired(_("Give the reason.")), Length(max=1000)]
    )


class ExtensionForm(PortalForm):
    """Move the closing time."""

    closes_at = DateTimeLocalField(
        _("New closing time"), validators=[InputRequired(_("Enter the new day and time."))]
    )
    reason = TextAreaField(
        _("Reason"),
        description=_("Everyone gets this by mail."),
        validators=[DataRequired(_("Give the reason: everyone will read it.")), Length(max=1000)],
    )


class NewBriefForm(PortalForm):
    """Begin a brief on a release."""

    edition = SelectField(
        _("Edition"),
        choices=[
            SelectChoice("public", _("Public: for anyone")),
            SelectChoice("buyers", _("Buyers: exact counts where every answer is open to them")),
        ],
    )
    language = SelectField(_("Language"))
    title = StringField(_("Title"), validators=[DataRequired(_("Enter a title.")), Length(max=200)])


class BriefTextsForm(PortalForm):
    """What the secretariat writes beside the figures."""

    title = StringField(_("Title"), validators=[DataRequired(_("Enter a title.")), Length(max=200)])
    summary = TextAreaField(
        _("Summary"),
        description=_("Markdown. Stands before the findings."),
        validators=[Length(max=8000)],
    )
    limits = TextAreaField(
        _("Limits"), description=_("What the figures do not say."), validators=[Length(max=8000)]
    )
    next_steps = TextAreaField(
        _("Next steps"),
        description=_("What follows, by whom, until when."),
        validators=[Length(max=8000)],
    )
