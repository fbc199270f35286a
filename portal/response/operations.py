"""Everything that is done to a response; each act is defined in the module of its journey."""

from portal.response.operations_answering import Conflict, Saved, assign, save_section, start
from portal.response.operations_carrying import (
    NewVersion,
    confirm_suggested,
    publish_new_version,
)
from portal.response.operations_evidence import (
    Described,
    Intake,
    Scan,
    add_file,
    add_link,
    remove,
    tie,
    untie,
)
from portal.response.operations_quotes import Words, release_quote
from portal.response.operations_reading import read_attributed, read_file
from portal.response.operations_submission import Incomplete, reopen, submit, withdraw

__all__ = [
    "Conflict",
    "Described",
    "Incomplete",
    "Intake",
    "NewVersion",
    "Saved",
    "Scan",
    "Words",
    "add_file",
    "add_link",
    "assign",
    "confirm_suggested",
    "publish_new_version",
    "read_attributed",
    "read_file",
    "release_quote",
    "remove",
    "reopen",
    "save_section",
    "start",
    "submit",
    "tie",
    "untie",
    "withdraw",
]
