"""XLSForm, the format in which questionnaires are written in spreadsheets, as a questionnaire.

Every row and every column of the workbook is accounted for in a report: carried, changed or not
carried, with the reason. The format is described at https://xlsform.org.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.core.errors import Invalid, message
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.document import MAX_VALUES
from portal.questionnaire.importers.answers import Answers
from portal.questionnaire.importers.effort import Effort
from portal.questionnaire.importers.expressions import Expression, UnreadableExpression, parse
from portal.questionnaire.importers.languages import Languages, languages_of
from portal.questionnaire.importers.layout import Layout
from portal.questionnaire.importers.lists import Lists
from portal.questionnaire.importers.matrices import is_matrix
from portal.questionnaire.importers.mending import mended
from portal.questionnaire.importers.names import Ids
from portal.questionnaire.importers.questions import Desk
from portal.questionnaire.importers.report import Outcome, ReportLine
from portal.questionnaire.importers.routing import Scope
from portal.questionnaire.importers.settings import SHEET as SETTINGS_SHEET
from portal.questionnaire.importers.settings import Settings, settings_of
from portal.questionnaire.importers.structure import Item, tree_of
from portal.questionnaire.importers.tables import Account, Table, table_of
from portal.questionnaire.importers.vocabulary import (
    CHOICES,
    SETTINGS,
    SHOWN_TEXTS,
    SURVEY,
    Kind,
)
from portal.questionnaire.importers.wordings import Wordings
from portal.questionnaire.importers.xlsx import content_of, read_sheets
from portal.questionnaire.loader import ADAPTER

ROLES = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}
EXPRESSIONS = ("relevant", "constraint", "calculation")
NOT_ASKED = frozenset(
    {Kind.NOTE, Kind.CALCULATE, Kind.AUTOMATIC, Kind.BEGIN_GROUP, Kind.BEGIN_REPEAT}
)
MOST_LANGUAGES = 50
UNREAD_SHEET = message("The sheet is not read: the portal has nothing that corresponds to it.")


@dataclass(frozen=True, slots=True)
class Imported:
    """A questionnaire from somewhere else, and what became of each part of its source."""

    questionnaire: Questionnaire
    report: tuple[ReportLine, ...]


def import_xlsform(path: Path) -> Imported:
    """The questionnaire in an XLSForm workbook (.xlsx), and the report on all of the workbook.

    As ``read_xlsform``; raises OSError if the file cannot be opened.
    """
    return read_xlsform(content_of(path), path.name)


def read_xlsform(content: bytes, file_name: str) -> Imported:
    """The questionnaire in a workbook's bytes, and the report on all of the workbook.

    The questionnaire passes the check: what a form lacks is filled in, and the report says so.
    Raises Invalid with one sentence if the file is no workbook, if it is not an XLSForm, if none
    of its questions can be carried, or if it is too large.
    """
    sheets = read_sheets(content, file_name)
    account = Account()
    known: dict[str, Table] = {}
    others: list[Table] = []
    for sheet in sheets:
        key = sheet.name.strip().casefold()
        table = table_of(sheet, ROLES.get(key, {}))
        if key in ROLES and key not in known:
            known[key] = table
        else:
            others.append(table)
    survey = known.get("survey")
    if survey is None or not (survey.has("type") and survey.has("name")):
        raise Invalid(
            message(
                "“{name}” is not an XLSForm: it has no sheet “survey” with the columns “type” "
                "and “name”.",
                name=file_name,
            )
        )
    settings = settings_of(known.get("settings"), Path(file_name).stem, account)
    questionnaire = _questionnaire(survey, known.get("choices"), settings, account)
    _settle(known, others, account)
    return Imported(questionnaire, account.lines([sheet.name for sheet in sheets]))


def _questionnaire(
    survey: Table, choices: Table | None, settings: Settings, account: Account
) -> Questionnaire:
    languages = _languages(survey, choices, settings, account)
    wordings = Wordings(languages, account)
    items = tree_of(survey.records, account)
    everything = [each for item in items for each in (item, *item.all_inside())]
    lists = Lists(choices, wordings)
    # A release calls the row of a matrix ``matrix.row``: no question may have such an id.
    ids = Ids(dots=not any(is_matrix(item) for item in everything))
    desk = Desk(account, wordings, Answers(lists, wordings, account), ids, _effort(survey))
    scope = Scope(names=frozenset(each.name for each in everything if each.name))
    scope.calculations.update(_calculations(everything))
    title = wordings.everywhere(settings.title)
    layout = Layout(desk, scope, title)
    sections = layout.sections(items)
    if not sections:
        raise _nothing(everything, account)
    lists.report(account)
    questionnaire = Questionnaire(
        name=settings.name,
        version=settings.version,
        base_language=languages.base,
        languages=languages.all,
        title=title,
        introduction=layout.introduction,
        sections=sections,
    )
    questionnaire = mended(questionnaire, layout.rows, account)
    _require_modest(questionnaire)
    return questionnaire


def _effort(survey: Table) -> Effort:
    effort = Effort()
    for record in survey.records:
        for role in EXPRESSIONS:
            effort.read(record.peek(role))
    return effort


def _nothing(items: Sequence[Item], account: Account) -> Invalid:
    """Why a form becomes no questionnaire: the first of its questions stands for all of them."""
    first = next((item.record for item in items if item.kind not in NOT_ASKED), None)
    if first is None:
        return Invalid(message("The form asks nothing: no row of “survey” is a question."))
    why = account.why_not(first) or message("The row cannot be carried.")
    what = "None of the questions of this form can be carried. Row {row}: {why}"
    return Invalid(message(what, row=first.number, why=why))


def _languages(
    survey: Table, choices: Table | None, settings: Settings, account: Account
) -> Languages:
    """The languages of the labels and hints; the report says how their names were understood."""
    tables = [table for table in (survey, choices) if table is not None]
    used = {
        heading
        for table in tables
        for record in table.records
        for heading in record.cells
        if heading.role in SHOWN_TEXTS
    }
    names = dict.fromkeys(
        heading.language for table in tables for heading in table.headings if heading in used
    )
    if len(names) > MOST_LANGUAGES:
        raise Invalid(message("The form has more than {most} languages.", most=MOST_LANGUAGES))
    languages = languages_of([*names], settings.default_language)
    for name, tag in languages.tags.items():
        if tag is None:
            what = message("The language “{name}” is not known: it is not carried.", name=name)
            account.sheet(survey.name, Outcome.NOT_CARRIED, what, name or "")
        elif name is None and not settings.default_language:
            what = message("The form does not name its language: it is taken for {tag}.", tag=tag)
            account.sheet(survey.name, Outcome.CHANGED, what)
        elif name is not None and f"({tag})" not in name:
            what = message("The language “{name}” has the tag {tag}.", name=name, tag=tag)
            account.sheet(survey.name, Outcome.CHANGED, what, name)
    if settings.default_language and languages.base not in languages.tags.values():
        what = message("There are no texts in “{name}”.", name=settings.default_language)
        account.sheet(SETTINGS_SHEET, Outcome.CHANGED, what)
    return languages


def _calculations(items: Sequence[Item]) -> dict[str, Expression | None]:
    """What is worked out, by name; None where that cannot be read."""
    found: dict[str, Expression | None] = {}
    for item in items:
        if item.kind is Kind.CALCULATE and item.name:
            cells = item.record.cells.items()
            written = next((text for top, text in cells if top.role == "calculation"), "")
            try:
                found[item.name] = parse(written)
            except UnreadableExpression:
                found[item.name] = None
    return found


def _settle(known: dict[str, Table], others: Sequence[Table], account: Account) -> None:
    for key, table in known.items():
        account.settle(table, by_cell=key != "choices")
    for table in others:
        account.sheet(table.name, Outcome.NOT_CARRIED, UNREAD_SHEET)
        account.settle(table, by_cell=False, unread=UNREAD_SHEET)


def _require_modest(questionnaire: Questionnaire) -> None:
    """Refuse what could not be read back from a file."""
    content = ADAPTER.dump_python(
        questionnaire, mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
    )
    # A file also says the type of every question, which is left out here as a default.
    types = sum(1 for _ in questionnaire.questions())
    if _values(content) + types > MAX_VALUES:
        raise Invalid(message("The questionnaire would be too large: split the form."))


def _values(content: object) -> int:
    if isinstance(content, dict):
        return 1 + sum(map(_values, content.values()))
    if isinstance(content, list):
        return 1 + sum(map(_values, content))
    return 1
