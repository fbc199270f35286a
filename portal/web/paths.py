"""Addresses within this portal: where a form may lead back to, and the page one is on."""

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException


def local_path(path: str, otherwise: str) -> str:
    """A path of this portal with its query; ``otherwise`` for anything that leads elsewhere."""
    try:
        parts = urlsplit(path.replace("\\", "/"))
    except ValueError:
        return otherwise
    if parts.scheme or parts.netloc or not path.startswith("/") or path.startswith("//"):
        return otherwise
    return path


def this_page() -> str:
    """The path and query that show this page again.

    A page that answers a form is found again where the form was, if it has no address of its own.
    """
    if _can_be_read(request.path):
        return request.full_path.rstrip("?")
    before = urlsplit(request.referrer or "")
    if before.netloc == request.host and _can_be_read(before.path):
        return before.path + (f"?{before.query}" if before.query else "")
    return "/"


def _can_be_read(path: str) -> bool:
    try:
        current_app.url_map.bind(request.host).match(path, method="GET")
    except HTTPException:
        return False
    return True
