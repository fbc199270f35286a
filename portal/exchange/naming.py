"""What in a text may tell who asks: names, addresses, numbers (pure).

A helper for the person who anonymises, not a judge: it finds what can be found by its shape, and
cannot know what gives a company away in other words.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

SHORTEST_NAME = 3
"""Letters: a shorter name would be found in half of all texts."""
LEGAL_FORMS = frozenset(
    {
        *("ab", "ag", "as", "asbl", "bv", "bvba", "co", "corp", "eeig", "ev", "gmbh", "inc"),
        *("kg", "lda", "limited", "llc", "ltd", "nv", "oy", "oyj", "plc", "sa", "sarl", "sas"),
        *("scs", "se", "sl", "spa", "sprl", "srl", "vof", "vzw"),
    }
)
"""What is left off a name's end, since people leave it off."""
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
WEB = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:[\w-]+\.)+(?:com|net|org|eu|info|biz|io|be|nl|de|fr|lu|at|ch|dk|se"
    r"|no|fi|es|pt|it|pl|cz|ie|uk|cn|tw|jp|kr|us)\b",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?<![\w.,-])(?:\+|00|0)\d(?:[ ./()-]{0,2}\d){6,14}(?![\w-])")


@dataclass(frozen=True, slots=True)
class Trace:
    """Something found in a text; ``kind`` is name, mail, phone or web."""

    kind: str
    text: str


def traces(text: str, names: Iterable[str]) -> tuple[Trace, ...]:
    """What in the text may tell who asks, each once, names first."""
    mails = MAIL.findall(text)
    without_mails = MAIL.sub(" ", text)
    found = [
        *(Trace("name", name) for name in _named(text, names)),
        *(Trace("mail", mail) for mail in mails),
        *(Trace("web", each.rstrip(".,;:)")) for each in WEB.findall(without_mails)),
        *(Trace("phone", each.strip()) for each in PHONE.findall(without_mails)),
    ]
    return tuple(dict.fromkeys(found))


def _named(text: str, names: Iterable[str]) -> list[str]:
    words = f" {' '.join(_words(text))} "
    found = []
    for name in dict.fromkeys(names):
        short = _core(name)
        if len("".join(short)) >= SHORTEST_NAME and f" {' '.join(short)} " in words:
            found.append(name)
    return found


def _core(name: str) -> list[str]:
    """The words of a name without its legal form."""
    words = _words(name)
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words = words[:-1]
    return words


def _words(text: str) -> list[str]:
    """Words in lower case without accents and points, so that S.A. and SA are one."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if not unicodedata.combining(letter) and letter != "."
    )
    return re.findall(r"\w+", bare.casefold())
