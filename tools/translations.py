"""Keep the catalogues of the interface languages: find every text, fill in, compile.

    python -m tools.translations                 find every text, bring the catalogues up to date
    python -m tools.translations compile         make the binary catalogues that the portal reads
    python -m tools.translations missing fr      print what is not translated yet, as JSON
    python -m tools.translations fill fr a.json  put translations into the catalogue

JSON is ``{"text": "translation"}``; of a text with a plural, the value is a list with one
translation for each of the language's forms, and ``missing`` prints both English ones in it.
"""

import argparse
import ast
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from tools.machine import ROOT, Missing, say, start
from tools.texts import ONE, TWO, Module

PORTAL = ROOT / "portal"
CATALOGUES = PORTAL / "translations"
LANGUAGES = ("de", "fr", "nl")
WIDTH = 100

GAPS = re.compile(r"%\(\w+\)[a-z]|%%|\{[A-Za-z_]\w*(?:[!:][^{}\s]*)?\}")
MARKUP = re.compile(r"</?[A-Za-z][^>]*>|&[a-z]+;")

Text: TypeAlias = str | tuple[str, str]
"""An English text, or the two of a text with a plural."""


def texts(portal: Path = PORTAL) -> set[Text]:
    """Every text for people in the portal's Python and templates; its command line is English."""
    found: set[Text] = set()
    for path in portal.rglob("*.py"):
        if "commands" not in path.relative_to(portal).parts:
            found.update(in_python(path.read_text(encoding="utf-8")))
    for path in (portal / "templates").rglob("*.html"):
        found.update(in_template(path.read_text(encoding="utf-8")))
    return found


def in_python(source: str) -> Iterator[Text]:
    """The texts in a Python module."""
    for call in Module(ast.parse(source)).calls():
        for values in product(*call.texts):
            yield from _text(call.name, values)


def in_template(source: str) -> Iterator[Text]:
    """The texts in a template."""
    environment = Environment(
        autoescape=True, extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True
    )
    for call in environment.parse(source).find_all(nodes.Call):
        name = getattr(call.node, "name", getattr(call.node, "attr", ""))
        values = [each.value if isinstance(each, nodes.Const) else None for each in call.args]
        yield from _text(name, values)


def _text(name: str, arguments: Sequence[object]) -> Iterator[Text]:
    match arguments:
        case [str(one), str(many), *_] if name in TWO:
            yield one, many
        case [str(one), *_] if name in ONE and GAPS.sub("", one).strip():
            yield one


def catalogue_path(language: str, suffix: str = ".po") -> Path:
    """Where the catalogue of a language is."""
    return CATALOGUES / language / "LC_MESSAGES" / f"messages{suffix}"


def read(language: str) -> Catalog:
    """The catalogue of a language; an empty one if there is none yet."""
    path = catalogue_path(language)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def updated(catalogue: Catalog, wanted: set[Text]) -> Catalog:
    """A catalogue of exactly the wanted texts, with the translations there are."""
    pairs = [text for text in wanted if isinstance(text, tuple)]
    twice = {one for one, _ in pairs} & wanted
    if twice or len({one for one, _ in pairs}) < len(pairs):
        raise Missing(f"A text is used with different plurals: {sorted(twice) or sorted(pairs)}")
    new = Catalog(locale=catalogue.locale)
    for text in wanted:
        known = catalogue.get(text)
        if known is not None and known.id == text:
            flags = known.flags & {"fuzzy"}
            new.add(text, known.string, flags=flags, user_comments=known.user_comments)
        else:
            new.add(text)
    return new


def as_po(catalogue: Catalog) -> str:
    """The catalogue as a file that changes only with its texts: sorted, without dates."""
    buffer = BytesIO()
    write_po(
        buffer,
        catalogue,
        width=WIDTH,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    header = (
        "# The portal's texts, kept by `make translations`.\n"
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {catalogue.locale}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n'
    )
    return f"{header}\n{buffer.getvalue().decode().strip()}\n"


def write(catalogue: Catalog) -> None:
    """Write the catalogue for people, and the binary one for the portal."""
    path = catalogue_path(str(catalogue.locale))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_po(catalogue), encoding="utf-8")
    compile_one(str(catalogue.locale))


def compile_one(language: str) -> None:
    """Make the binary catalogue of a language, unless it is newer than its texts."""
    source, made = catalogue_path(language), catalogue_path(language, ".mo")
    if made.is_file() and made.stat().st_mtime_ns > source.stat().st_mtime_ns:
        return
    buffer = BytesIO()
    write_mo(buffer, read(language))
    made.write_bytes(buffer.getvalue())


def update() -> None:
    """Bring every catalogue up to date with the texts."""
    wanted = texts()
    for language in LANGUAGES:
        catalogue = updated(read(language), wanted)
        write(catalogue)
        say(f"{language}: {len(wanted)} texts, {len(missing(catalogue))} not translated")


def compile_all() -> None:
    """Make every binary catalogue."""
    for language in LANGUAGES:
        compile_one(language)


def missing(catalogue: Catalog) -> dict[str, str | list[str]]:
    """What is not translated: empty texts, and the English pair for texts with a plural."""
    found: dict[str, str | list[str]] = {}
    for entry in catalogue:
        if entry.id and not _is_complete(entry.string):
            found[_first(entry.id)] = list(entry.id) if entry.pluralizable else ""
    return dict(sorted(found.items()))


def _is_complete(string: object) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


def _first(text: object) -> str:
    return str(text[0]) if isinstance(text, list | tuple) else str(text)


def fill(catalogue: Catalog, translations: Mapping[str, str | list[str]]) -> Catalog:
    """Put translations into a catalogue; Missing where one does not fit its text."""
    for english, translation in translations.items():
        entry = catalogue.get(english)
        if entry is None:
            raise Missing(f"There is no such text: {english!r}. Run `make translations` first.")
        forms = catalogue.num_plurals if entry.pluralizable else 1
        given = [translation] if isinstance(translation, str) else translation
        if len(given) != forms or not all(given):
            raise Missing(f"{english!r} takes {forms} translations that are not empty.")
        for form in given:
            _require_fit(entry.id, form)
        entry.string = tuple(given) if entry.pluralizable else given[0]
        entry.flags.discard("fuzzy")
    return catalogue


def _require_fit(text: str | list[str] | tuple[str, ...], translation: str) -> None:
    fault = misfit([text] if isinstance(text, str) else list(text), translation)
    if fault:
        raise Missing(f"{_first(text)!r}: {fault}")


def misfit(english: list[str], translation: str) -> str:
    """Why a translation cannot stand for its text; empty if it can."""
    gaps = set(GAPS.findall(translation))
    if all(gaps != set(GAPS.findall(text)) for text in english):
        return f"the gaps are not those of the text: {', '.join(sorted(gaps)) or 'none'}"
    if _edges(translation) != _edges(english[0]):
        return "the spaces at its ends are not those of the text"
    if len(MARKUP.findall(translation)) != len(MARKUP.findall(english[0])):
        return "its markup is not that of the text"
    return ""


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "act", nargs="?", default="update", choices=("update", "compile", "missing", "fill")
    )
    parser.add_argument("language", nargs="?", choices=LANGUAGES)
    parser.add_argument("file", nargs="?", type=Path)
    given = parser.parse_args()
    if given.act == "update":
        update()
    elif given.act == "compile":
        compile_all()
    elif given.language is None:
        parser.error("name a language")
    elif given.act == "missing":
        json.dump(missing(read(given.language)), sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif given.file is None:
        parser.error("name a file")
    else:
        write(fill(read(given.language), json.loads(given.file.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    start(main)
