"""What a form says of itself: its title, its name and its version."""

from dataclasses import dataclass

from portal.core.errors import message
from portal.questionnaire.importers.names import plain
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.tables import Account, Record, Table

SHEET = "settings"
LONGEST_VERSION = 20
"""Characters of a version, as the check of a questionnaire limits them."""
FIRST_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Settings:
    """The form's own title, name (an id), version and default language as they are written."""

    title: str
    name: str
    version: str
    default_language: str


def settings_of(table: Table | None, file_name: str, account: Account) -> Settings:
    """The settings; what a form leaves out is made up and said."""
    record = table.records[0] if table is not None and table.records else None
    if table is not None:
        for other in table.records[1:]:
            account.row(other, Outcome.NOT_CARRIED, message("Only one row of settings is read."))
    title, form_id = _get(record, "form_title"), _get(record, "form_id")
    if not title:
        title = form_id or file_name or "questionnaire"
        _say(account, "There is no title: “{value}” stands in for it.", title)
    name = plain(form_id or title, "questionnaire", dots=True)
    if name != form_id:
        _say(account, "The name of the questionnaire is “{value}”.", name)
    version = _version(record, account)
    if record is not None:
        record.get("allow_choice_duplicates")
        account.row(record, Outcome.CARRIED, message("The settings of the form."))
    return Settings(title, name, version, _get(record, "default_language"))


def _version(record: Record | None, account: Account) -> str:
    written = _get(record, "version")
    version = written[:LONGEST_VERSION].strip() or FIRST_VERSION
    if version != written:
        _say(account, "The version of the questionnaire is “{value}”.", version)
    return version


def _get(record: Record | None, role: str) -> str:
    return record.get(role) if record is not None else ""


def _say(account: Account, what: str, value: str) -> None:
    account.sheet(SHEET, Outcome.CHANGED, message(what, value=value))
