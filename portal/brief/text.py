"""Text that other people wrote, made safe to print: plain strings and Markdown."""

import re
import unicodedata

import nh3
from markdown_it import MarkdownIt

PROSE_TAGS = {"p", "strong", "em", "ul", "ol", "li", "a", "h3", "blockquote", "br", "hr"}
SCHEMES = {"http", "https", "mailto"}
BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SPACES = re.compile(r"\s+")
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


def plain(text: object) -> str:
    """One line that is safe to print: no control, direction or unassigned characters.

    A direction override could make a quote read as what nobody wrote; a control character or
    half a surrogate pair would make the whole document unreadable for an XML parser.
    """
    normal = unicodedata.normalize("NFC", SPACES.sub(" ", str(text)))
    return "".join(character for character in normal if _is_printable(character)).strip()


def paragraphs(markdown: str) -> str:
    """Safe HTML of a Markdown text; its headings become third-level ones, images are dropped."""
    lines = "\n".join(_line(line) for line in markdown.splitlines())
    tokens = _MARKDOWN.parse(lines)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h3"
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    return nh3.clean(
        html,
        tags=PROSE_TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


def _line(line: str) -> str:
    return "".join(character for character in line if character == "\t" or _is_printable(character))


def _is_printable(character: str) -> bool:
    """Not a control, surrogate, unassigned or private character, nor one that turns direction."""
    if BIDI_CONTROLS.match(character):
        return False
    return unicodedata.category(character) not in {"Cc", "Cs", "Cn", "Co"}
