"""Calendar files to download, in the page's language."""

from collections.abc import Sequence

from flask import Response

from portal.core.calendar import MEDIA_TYPE, Entry, calendar_file
from portal.core.clock import now
from portal.core.mail import CALENDAR_NAME
from portal.web.downloads import download
from portal.web.language import page_words


def calendar_download(entries: Sequence[Entry]) -> Response:
    """The entries as a file that calendar programs open."""
    content = calendar_file(entries, page_words(), now=now())
    return download(content.encode(), CALENDAR_NAME, MEDIA_TYPE)
