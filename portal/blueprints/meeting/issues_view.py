"""The questionnaire's parts as choices of the forms of issues, in the page's language."""

from flask import g
from flask_babel import gettext as _
from wtforms import SelectChoice

from portal.meeting.queries_issues import CLAUSE, SECTION, IssueRow, countable, sources
from portal.questionnaire.definition import Text
from portal.questionnaire.queries import published_version
from portal.web.language import language

LABEL_LENGTH = 90
"""Characters of a question in a list to choose from."""


def source_choices() -> list[SelectChoice]:
    """Own words, then sections, questions and clauses of the published questionnaire."""
    version = published_version(g.session, g.dialogue.id)
    names = {SECTION: _("Section"), CLAUSE: _("Clause")}
    return [
        SelectChoice("own", _("Our own words")),
        *(
            SelectChoice(
                each.value,
                _short(f"{names.get(each.kind, _('Question'))} {each.ref} {_said(each.text)}"),
            )
            for each in (sources(version.questionnaire) if version else [])
        ),
    ]


def question_choices() -> list[SelectChoice]:
    """Every question, or row of one, that a release counts."""
    found = countable(g.session, g.dialogue.id)
    return [
        SelectChoice(key, _short(f"{key} {' – '.join(_said(text) for text in each.texts)}"))
        for key, each in found.items()
    ]


def option_choices(key: str) -> list[tuple[str, str]]:
    """The answers to choose those from that count as ready."""
    found = countable(g.session, g.dialogue.id).get(key)
    return [(option, _said(text)) for option, text in found.options] if found else []


def clause_label(issue: IssueRow) -> str:
    """Where an issue comes from, in words."""
    if issue.source_kind == "own":
        return str(_("our own words"))
    names = {SECTION: _("section"), CLAUSE: _("clause")}
    return f"{names.get(issue.source_kind, _('question'))} {issue.source_ref}"


def _said(text: Text) -> str:
    return str(text.get(language()) or next(iter(text.values()), ""))


def _short(text: str) -> str:
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1]}…"
