"""A reporting template on minerals, on the page where it is looked at before anything changes."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField

from portal.blueprints.supplier.forms import NotOptional
from portal.core.errors import Invalid, message
from portal.response.queries import MineralsReport
from portal.web.forms import PortalForm
from portal.web.language import language, sentence
from portal.web.reading import Line, lines_of


class TemplateForm(PortalForm):
    """Upload a CMRT or EMRT."""

    file = FileField(_("Your CMRT or EMRT"), validators=[NotOptional()])
    keep = BooleanField(
        _("Keep the file in our evidence"),
        description=_("Buyers see it only if you use it as proof of an answer."),
        default=True,
    )

    def require_file(self) -> None:
        """Raise Invalid, naming the field, if nothing was sent."""
        if not (self.file.data and self.file.data.filename):
            problem = message("Choose the file.")
            raise Invalid(problem, {"file": problem})


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One question in words: what would stand there, and what does."""

    line: Line
    current: Line
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MineralsView:
    """What the page shows."""

    suggested: tuple[AnswerRow, ...]
    contested: tuple[AnswerRow, ...]
    findings: tuple[tuple[str, str], ...]

    @property
    def is_empty(self) -> bool:
        """Whether the template says nothing that is not there already."""
        return not (self.suggested or self.contested)


def minerals_view(found: MineralsReport) -> MineralsView:
    """A report in words of the page's language."""
    mine, current = (
        lines_of(
            found.loaded.questionnaire,
            {each.question.id: getattr(each, side) for each in found.answers},
            language(),
        )
        for side in ("mine", "current")
    )
    rows = {
        each.question.id: AnswerRow(
            line=mine[each.question.id],
            current=current[each.question.id],
            version=each.current.version,
        )
        for each in found.answers
    }
    return MineralsView(
        suggested=tuple(rows[each.question.id] for each in found.answers if each.is_new),
        contested=tuple(rows[each.question.id] for each in found.answers if not each.is_new),
        findings=tuple((sentence(each.problem), each.where) for each in found.findings),
    )
