"""Everything that is done to a response; each act is defined in the module of its journey."""

from portal.response.intake import Harmful, Intake, Scan, Vetted, vet
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
from portal.response.operations_quotes import Words, release_quote
from portal.response.operations_reading import read_attributed, read_file
from portal.response.operations_rows import SavedRows, add_earlier_rows, save_rows
from portal.response.operations_rows_read import (
    RowsAt,
    drop_rows,
    mend_rows,
    read_rows,
    take_rows,
)
from portal.response.operations_submission import Incomplete, reopen, submit, withdraw
from portal.response.operations_team import assign

__all__ = [
    "Conflict",
    "Described",
    "Harmful",
    "Incomplete",
    "Intake",
    "NewVersion",
    "Replaced",
    "RowsAt",
    "Saved",
    "SavedRows",
    "Scan",
    "Vetted",
    "Words",
    "add_earlier_rows",
    "add_file",
    "add_link",
    "assign",
    "confirm_suggested",
    "describe",
    "drop_rows",
    "mend_rows",
    "note_harmful",
    "publish_new_version",
    "read_attributed",
    "read_file",
    "read_rows",
    "release_quote",
    "remove",
    "reopen",
    "replace_evidence",
    "save_rows",
    "save_section",
    "start",
    "submit",
    "take_rows",
    "tie",
    "tie_many",
    "untie",
    "vet",
    "withdraw",
]
