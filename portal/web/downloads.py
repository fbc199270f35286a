"""Sending files: always as an attachment, never shown inside a page."""

from io import BytesIO

from flask import Response, current_app, send_file

from portal.core.files import FileStore


def stored_file(key: str, name: str, media_type: str) -> Response:
    """A file of the store, by its content's hash."""
    store: FileStore = current_app.extensions["portal.files"]
    return download(store.get(key), name, media_type)


def download(content: bytes, name: str, media_type: str) -> Response:
    """Bytes as a file to keep."""
    response = send_file(
        BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )
    response.headers["Cache-Control"] = "no-store"
    return response
