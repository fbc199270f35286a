"""The PDF of a brief as a job, outside the request that asks for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.brief.operations import content_fingerprint, keep_pdf
from portal.brief.queries import brief_of, load_document
from portal.brief.render import pdf
from portal.core.db import Database
from portal.core.files import FileStore
from portal.core.jobs import Report
from portal.core.settings import load_settings
from portal.identity.actor import SYSTEM

STEPS = 5


def render_brief(database: Database, arguments: Mapping[str, Any], report: Report) -> str:
    """Lay out a brief, keep its PDF in the file store and return its key.

    ``arguments``: brief_id, and var_dir if files are kept elsewhere than the settings say.
    """
    brief_id = UUID(arguments["brief_id"])
    with database.session(writes=False) as session:
        document = load_document(session, SYSTEM, brief_id)
        fingerprint = content_fingerprint(brief_of(session, SYSTEM, brief_id))
    report(1, STEPS)
    content = pdf(document, lambda done, _total: report(1 + done, STEPS))
    var_dir = Path(arguments["var_dir"]) if "var_dir" in arguments else load_settings().var_dir
    key = FileStore(var_dir / "files").put(content)
    with database.transaction() as session:
        keep_pdf(session, brief_id, key=key, fingerprint=fingerprint)
    report(STEPS, STEPS)
    return key
