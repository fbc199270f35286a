"""A brief as HTML, as one self-contained HTML file, and as PDF: all from the same document."""

import logging
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from typing import cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, PdfObject
from reportlab import rl_config
from reportlab.lib.fonts import addMapping
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from xhtml2pdf.config.resources import RenderLimitError, ResourceAccessPolicy
from xhtml2pdf.document import pisaDocument

from portal.brief import charts
from portal.brief.document import Block, BriefDocument, Value, to_json
from portal.brief.policy import Edition, Format
from portal.core.errors import Invalid, Message, message
from portal.core.words import words as words_of

PACKAGE = Path(__file__).parent.parent
TEMPLATES = PACKAGE / "templates" / "brief"
FONTS = PACKAGE / "static" / "build" / "fonts"
BASE_FONT = "Helvetica"
BASE_FONT_FILE = "SourceSans3-Bold.ttf"
LONGEST_WORD = 28
LONGEST_PROSE_WORD = 64
TEXT_OF_HTML = re.compile(r"(?<=>)[^<]+")
LONGEST_RENDER_S = 120
MOST_RESOURCES = 1_000
LARGEST_HTML_BYTES = 10 * 1024 * 1024
TOO_LARGE = message("The brief is too large to be laid out. Shorten its texts and try again.")

Progress = Callable[[int, int], None]
_one_at_a_time = threading.Lock()


def body(document: BriefDocument) -> Markup:
    """The brief as HTML inside a page: one ``h1``, a table for every chart, no style, no script."""
    return Markup(_render("body.html", document))  # noqa: S704 - rendered with autoescape


def standalone(document: BriefDocument) -> str:
    """The brief as one HTML file that needs nothing else: own style, no script, nothing fetched."""
    return _render("standalone.html", document)


def pdf(document: BriefDocument, report: Progress | None = None) -> bytes:
    """The brief as PDF with embedded fonts; the same document gives the same bytes.

    Raises Invalid if the fonts are missing or the document is too large to be laid out.
    """
    report = report or _silent
    html = _render("pdf.html", document)
    report(1, 3)
    laid_out = pages(html)
    report(2, 3)
    finished = _stamp(laid_out, document)
    report(3, 3)
    return finished


def export(document: BriefDocument, form: Format) -> bytes:
    """The brief in one of its formats, as the bytes of a file."""
    if form is Format.PDF:
        return pdf(document)
    if form is Format.HTML:
        return standalone(document).encode()
    return to_json(document).encode()


def fill(template: str, language: str, **values: object) -> str:
    """The HTML of one of this folder's templates, with ``words`` in the language."""
    return _environment().get_template(template).render(words=words_of(language), **values)


def pages(html: str, *, too_large: Message = TOO_LARGE) -> bytes:
    """The HTML laid out as PDF; fonts are embedded, nothing is fetched.

    Raises Invalid if the fonts are missing, or with ``too_large`` if this would take too long.
    """
    with _one_at_a_time:
        _prepare_fonts()
        try:
            return _lay_out(html)
        except RenderLimitError as error:
            raise Invalid(too_large) from error


def with_properties(content: bytes, properties: Mapping[str, str]) -> bytes:
    """The PDF with its metadata, its bookmarks shown, each heading among them once."""
    writer = PdfWriter(clone_from=BytesIO(content))
    writer.add_metadata({**properties, "/Creator": "Parley"})
    writer.page_mode = "/UseOutlines"
    _drop_repeated_bookmarks(writer)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def _render(template: str, document: BriefDocument) -> str:
    return fill(template, document.language, document=document)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        bar=_drawing,
        bar_uri=charts.bar_uri,
        heat=charts.heat,
        heat_colours=charts.HEAT,
        Edition=Edition,
    )
    environment.filters["safe_html"] = Markup
    environment.filters["breakable"] = breakable
    environment.filters["breakable_html"] = breakable_html
    environment.filters["table_lines"] = table_lines
    return environment


def table_lines(block: Block) -> int:
    """How many lines the table of a block has, its head aside."""
    if block.rows:
        return sum(len(figure.bases) for figure in block.figures)
    return len(block.figures[0].lines)


def _drawing(value: Value) -> Markup:
    return Markup(charts.bar(value))  # noqa: S704 - made of numbers and constants only


def breakable(text: str, longest: int = LONGEST_WORD) -> str:
    """The text with a break allowed in every word longer than a column of a table can hold."""
    return " ".join(_broken(word, longest) for word in text.split(" "))


def breakable_html(html: str) -> Markup:
    """The same for the words between the tags of safe HTML."""
    return Markup(TEXT_OF_HTML.sub(_break_text, html))  # noqa: S704 - safe HTML, text escaped anew


def _break_text(found: re.Match[str]) -> str:
    return escape(breakable(unescape(found[0]), LONGEST_PROSE_WORD), quote=False)


def _broken(word: str, longest: int) -> str:
    if len(word) <= longest:
        return word
    return " ".join(word[start : start + longest] for start in range(0, len(word), longest))


def _prepare_fonts() -> None:
    """Let ReportLab draw its own first font, Helvetica, with an embedded file.

    ReportLab starts every page, and xhtml2pdf every picture, in a Helvetica that is in no file;
    a reader without it would show the page in another type. Nothing else in this program uses
    ReportLab, so the replacement may hold for the whole process. The mapping is set once more
    as regular, because registering made the name stand for bold italic too.
    """
    rl_config.invariant = 1
    logging.getLogger("xhtml2pdf").setLevel(logging.ERROR)  # it warns of every heading left out
    if isinstance(pdfmetrics.getFont(BASE_FONT), TTFont):
        return
    # The one without a file is there as soon as anything measures a word, and of two fonts of
    # one name ReportLab keeps the first; it has no other way to take one back.
    pdfmetrics._fonts.pop(BASE_FONT)  # noqa: SLF001
    try:
        pdfmetrics.registerFont(TTFont(BASE_FONT, str(FONTS / BASE_FONT_FILE)))
    except TTFError as error:
        raise Invalid(
            message("The fonts of the brief are missing. Build them with `npm run build`.")
        ) from error
    addMapping(BASE_FONT.lower(), 0, 0, BASE_FONT)


def _lay_out(html: str) -> bytes:
    """Lay the pages out; nothing is fetched and no file outside the fonts' folder is read."""
    policy = ResourceAccessPolicy.server(
        FONTS,
        allow_remote=False,
        allowed_hosts=frozenset(),
        max_resources=MOST_RESOURCES,
        max_render_seconds=LONGEST_RENDER_S,
        max_document_bytes=LARGEST_HTML_BYTES,
    )
    target = BytesIO()
    pisaDocument(
        html,
        target,
        path=str(FONTS / "brief.html"),
        resource_policy=policy,
        capacity=-1,  # in memory: the size is bounded, and a file would be left open
    )
    return target.getvalue()


def _stamp(content: bytes, document: BriefDocument) -> bytes:
    """Name the document in its metadata, dated by the release, so that bytes can be compared."""
    date = _pdf_date(document.issued_at or document.release.cut_off)
    return with_properties(
        content,
        {
            "/Title": document.title,
            "/Author": ", ".join(document.secretariat) or ", ".join(document.buyers),
            "/Subject": document.dialogue,
            "/Keywords": f"{document.short_name}, {document.edition}, {document.release.sha256}",
            "/CreationDate": date,
            "/ModDate": date,
        },
    )


def _drop_repeated_bookmarks(writer: PdfWriter) -> None:
    """Keep one bookmark of a heading that a table repeats on its next page."""
    root = writer.root_object.get("/Outlines")
    if root is not None:
        _unlink_repeated(root.get_object())


def _unlink_repeated(parent: DictionaryObject) -> None:
    item = parent.get("/First")
    while item is not None:
        entry = cast("DictionaryObject", item.get_object())
        _unlink_repeated(entry)
        following = entry.get("/Next")
        if following is not None and following.get_object().get("/Title") == entry.get("/Title"):
            _bridge(parent, item, cast("DictionaryObject", following.get_object()))
        else:
            item = following


def _bridge(parent: DictionaryObject, item: PdfObject, dropped: DictionaryObject) -> None:
    """Leave ``dropped`` out of the chain, behind ``item``."""
    entry = cast("DictionaryObject", item.get_object())
    after = dropped.get("/Next")
    if after is None:
        del entry["/Next"]
        parent[NameObject("/Last")] = entry.indirect_reference
    else:
        entry[NameObject("/Next")] = after
        after.get_object()[NameObject("/Prev")] = entry.indirect_reference
    count = int(parent.get("/Count", 0))
    parent[NameObject("/Count")] = NumberObject(count - 1 if count > 0 else count + 1)


def _pdf_date(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")


def _silent(_done: int, _total: int) -> None:
    """Tell nobody."""
