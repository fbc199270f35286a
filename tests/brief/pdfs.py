"""What a PDF says and which fonts it has; and texts that try to be more than text."""

import re
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader

HOSTILE = (
    "<script>alert(1)</script>",
    "</td></tr></table><pdf:nextpage/><pdf:insertpdf src='/etc/passwd'/>",
    "<img src='{url}'> <link rel=stylesheet href='{url}'> <style>@import '{url}';</style>",
    "<img src='file:///etc/passwd'> <para><b>unclosed",
    "&lt;img src={url}&gt; &#60;pdf:toc&#62; {{{{ 7*7 }}}} {{% raw %}}",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM '{url}'>]>&a;",
    "x" * 3000,
    "\x00\x0b\ud800 \u202eevil 👩‍👩‍👧 𝕏 عربى 漢字",
    "a\u0301" * 200,
    "word " * 4000,
)
"""``{url}`` in them is an address that nobody may fetch."""


def text_of(content: bytes) -> str:
    """The text layer without white space, since a word may break at the end of a line."""
    pages = PdfReader(BytesIO(content)).pages
    return squeezed("".join(page.extract_text() for page in pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text))


def fonts_of(reader: PdfReader) -> Iterator[Any]:
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources.get("/Font", {}).values():
            yield font.get_object()
