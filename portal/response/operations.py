"""Everything that is done to a response; each act is defined in the module of its journey."""

from portal.response.imports import drop_import
from portal.response.intake import Harmful, Intake, Scan, Vetted, require_harmless, vet
from portal.response.operations_answering import Conflict, Saved, save_section, start
from portal.response.operations_carrying import (
    NewVersion,
    confirm_suggested,
    publish_new_version,
)
from portal.response.operations_evidence import (
    Described,
    add_file,
    add_link,
    note_harmful,
    remove,
    tie,
    tie_many,
    untie,
)
from portal.response.operations_library import Replaced, describe, replace_evidence
from portal.response.operations_minerals import (
    GivenTemplate,
    TakenMinerals,
    read_template,
    take_minerals,
)
from portal.response.operations_quotes import Words, release_quote
from portal.response.operations_reading import read_attributed, read_file
from portal.response.operations_references import (
    agree,
    ask_reference,
    decline,
    take_back,
    withdraw_agreement,
)
from portal.response.operations_rows import SavedRows, add_earlier_rows, save_rows
from portal.response.operations_rows_read import (
    RowsAt,
    drop_rows,
    mend_rows,
    read_rows,
    take_rows,
)
from portal.response.operations_submission import Incomplete, reopen, submit, withdraw
from portal.response.operations_suggesting import (
    dismiss_suggested,
    save_company_profile,
    take_suggestions,
    use_suggested_evidence,
)
from portal.response.operations_team import Terms, assign
from portal.response.operations_workbook import (
    Decision,
    GivenBack,
    TakenWorkbook,
    give_back,
    take_workbook,
)

__all__ = [
    "Conflict",
    "Decision",
    "Described",
    "GivenBack",
    "GivenTemplate",
    "Harmful",
    "Incomplete",
    "Intake",
    "NewVersion",
    "Replaced",
    "RowsAt",
    "Saved",
    "SavedRows",
    "Scan",
    "TakenMinerals",
    "TakenWorkbook",
    "Terms",
    "Vetted",
    "Words",
    "add_earlier_rows",
    "add_file",
    "add_link",
    "agree",
    "ask_reference",
    "assign",
    "confirm_suggested",
    "decline",
    "describe",
    "dismiss_suggested",
    "drop_import",
    "drop_rows",
    "give_back",
    "mend_rows",
    "note_harmful",
    "publish_new_version",
    "read_attributed",
    "read_file",
    "read_rows",
    "read_template",
    "release_quote",
    "remove",
    "reopen",
    "replace_evidence",
    "require_harmless",
    "save_company_profile",
    "save_rows",
    "save_section",
    "start",
    "submit",
    "take_back",
    "take_minerals",
    "take_rows",
    "take_suggestions",
    "take_workbook",
    "tie",
    "tie_many",
    "untie",
    "use_suggested_evidence",
    "vet",
    "withdraw",
    "withdraw_agreement",
]
