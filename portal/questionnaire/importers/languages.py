"""Language tags from the names that people give to languages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.localedata import exists

TAG = re.compile(r"([a-z]{2,3})((?:-[A-Za-z0-9]{2,8})*)")
IN_BRACKETS = re.compile(r"(?P<name>.*?)[\s(\[]*\(\s*(?P<tag>[A-Za-z]{2,3}(?:[-_]\w{2,8})*)\s*\)")
ASSUMED = "en"
"""Where nothing says which language it is: most forms without a language are in English."""
UNDETERMINED = "und"
SCRIPT_LENGTH = 4
REGION_LENGTH = 2


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of a form."""

    base: str
    tags: Mapping[str | None, str | None]
    """By the language's name in the headings, None for headings without one; None if unknown."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every tag once, the base language first."""
        known = [tag for tag in self.tags.values() if tag is not None]
        return tuple(dict.fromkeys([self.base, *known]))


def languages_of(names: Sequence[str | None], default: str) -> Languages:
    """The languages of headings, in their order, with the form's ``default`` as the base.

    A language that cannot be recognised is ``und`` if no other takes that, and else None.
    """
    default_tag = tag_of(default) if default else None
    tags: dict[str | None, str | None] = {}
    for name in names:
        if name is None:
            tags[name] = default_tag or ASSUMED
        else:
            tags[name] = tag_of(name)
    for name, tag in tags.items():
        if tag is None and UNDETERMINED not in tags.values():
            tags[name] = UNDETERMINED
    known = [tag for tag in tags.values() if tag is not None]
    if default in tags:
        base = tags[default]
    elif default_tag in known:
        base = default_tag
    else:
        base = tags.get(None) or next(iter(known), None)
    return Languages(base or default_tag or ASSUMED, tags)


def tag_of(name: str) -> str | None:
    """The tag of a language: ``French (fr)``, ``French``, ``français``, ``fr`` and ``fra`` are fr.

    None if it is not recognised.
    """
    words = " ".join(name.split())
    bracketed = IN_BRACKETS.fullmatch(words)
    if bracketed is not None:
        tag, named = bracketed["tag"], _named(bracketed["name"])
        # "English (UK)" names a country, "Ukrainian (uk)" a language.
        if named is not None and tag.isupper() and _known(tag) != named:
            return named
        return _known(tag) or named
    if words.islower():
        return _known(words) or _named(words)
    return _named(words) or _known(words)


def _known(text: str) -> str | None:
    """The text as a tag, in the usual case, if there is such a language."""
    language, _, rest = text.replace("_", "-").partition("-")
    aliased = get_global("language_aliases").get(language.lower(), language.lower())
    language, _, script = aliased.replace("_", "-").partition("-")
    parts = [part for part in (script, rest) if part]
    tag = "-".join([language, *(_cased(part) for part in "-".join(parts).split("-") if part)])
    if TAG.fullmatch(tag) is None or language not in Locale("en").languages:
        return None
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return language if rest else None
    return tag


def _cased(part: str) -> str:
    if len(part) == SCRIPT_LENGTH:
        return part.title()
    return part.upper() if len(part) <= REGION_LENGTH else part.lower()


def _named(name: str) -> str | None:
    """The language of this English name, or of this name in the language itself."""
    wanted = name.strip().casefold()
    return _english_names().get(wanted) or _own_names().get(wanted)


@lru_cache(maxsize=1)
def _english_names() -> Mapping[str, str]:
    named = {str(words).casefold(): str(tag) for tag, words in Locale("en").languages.items()}
    return {words: known for words, tag in named.items() if (known := _known(tag)) is not None}


@lru_cache(maxsize=1)
def _own_names() -> Mapping[str, str]:
    """Read from every language's data, and so only when an English name was not enough."""
    names: dict[str, str] = {}
    for tag in map(str, Locale("en").languages):
        if exists(tag) and _known(tag) == tag:
            names.setdefault(str(Locale.parse(tag).languages.get(tag)).casefold(), tag)
    return names
