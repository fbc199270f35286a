"""Every text for people is in every catalogue, translated, and fits where it stands."""

import ast
import json
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment, nodes

from tools import translations
from tools.machine import Missing
from tools.texts import Module
from tools.translations import (
    LANGUAGES,
    PORTAL,
    as_po,
    catalogue_path,
    fill,
    in_python,
    in_template,
    misfit,
    missing,
    read,
    texts,
    updated,
)

EVERYWHERE = {"_", "gettext", "lazy_gettext", "message", "ngettext", "plural"}
PASSES_ON = PORTAL / "core" / "words.py"
"""Looks texts up that others marked."""


def unmarked(path: Path) -> list[str]:
    """Calls that should hold a text and hold something else, which no extraction would find."""
    module = Module(ast.parse(path.read_text(encoding="utf-8")))
    return [
        f"{path}:{call.line}"
        for call in module.calls()
        if call.name in EVERYWHERE and any(None in texts for texts in call.texts)
    ]


def unmarked_in_template(path: Path) -> list[str]:
    """The same in a template."""
    environment = Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    tree = environment.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path}:{call.lineno}"
        for call in tree.find_all(nodes.Call)
        if getattr(call.node, "name", "") in EVERYWHERE
        and call.args
        and not isinstance(call.args[0], nodes.Const)
    ]


def test_every_text_for_people_is_written_where_it_is_marked() -> None:
    found = [
        place for path in PORTAL.rglob("*.py") if path != PASSES_ON for place in unmarked(path)
    ]
    found += [
        place
        for path in (PORTAL / "templates").rglob("*.html")
        for place in unmarked_in_template(path)
    ]
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_exactly_the_texts_of_the_portal(language: str) -> None:
    fresh = as_po(updated(read(language), texts()))
    assert catalogue_path(language).read_text(encoding="utf-8") == fresh, "run make translations"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_and_none_is_a_guess(language: str) -> None:
    catalogue = read(language)
    assert not list(missing(catalogue))
    assert not [entry.id for entry in catalogue if entry.id and entry.fuzzy]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_translation_fits_its_text(language: str) -> None:
    faults = [
        (entry.id, fault)
        for entry in read(language)
        if entry.id
        for english, translation in pairs(entry)
        if translation and (fault := misfit(english, translation))
    ]
    assert not faults


def pairs(entry: Message) -> list[tuple[list[str], str]]:
    """What each of the entry's translations stands for."""
    if not entry.pluralizable:
        return [([str(entry.id)], str(entry.string or ""))]
    return [([str(each) for each in entry.id], str(form)) for form in entry.string or ()]


def test_texts_are_found_in_python_whatever_marks_them() -> None:
    source = """
from flask_babel import lazy_gettext as _
A = _("one")
def view(words, n):
    raise Invalid(message("two " "halves {name}", name=n))
    return words("three"), words.plural("{count} row", "{count} rows", n), self.words("four")
    return ngettext("%(num)d five", "%(num)d fives", n), words(n), message("{only}{gaps}", only=1)
"""
    assert set(in_python(source)) == {
        "one",
        "two halves {name}",
        "three",
        "four",
        ("{count} row", "{count} rows"),
        ("%(num)d five", "%(num)d fives"),
    }


def test_texts_are_found_behind_the_names_that_hold_them() -> None:
    source = """
TABLE = {1: "in a table", 2: "also there"}
class Reader:
    def read(self, key, good):
        first, second = "first", "second"
        sentence = "good" if good else "bad"
        self.fail("given", 3)
        return message(first), message(sentence), message(TABLE[key]), message(second or "or")
    def fail(self, what, number, *, why="default"):
        raise Invalid(message(what, number=number))
def _say(sheet, what):
    return message(what)
_say(1, "by place")
_say(sheet=1, what="by name")
message(TABLE.get(3, "otherwise"))
"""
    assert set(in_python(source)) == {
        *("in a table", "also there", "first", "second", "or", "good", "bad", "given"),
        *("by place", "by name", "otherwise"),
    }


@pytest.mark.parametrize(
    "source",
    [
        "message(what)",
        "message(found.text)",
        "message('a ' + 'b')",
        "gettext(f'{name}')",
        "def f(what):\n  return message(what)",
        "what = what\nmessage(what)",
        "ngettext('row', many, 3)",
    ],
)
def test_a_text_that_nobody_can_find_is_noticed(source: str) -> None:
    (call,) = Module(ast.parse(source)).calls()
    assert any(None in texts for texts in call.texts)


def test_texts_are_found_in_templates_inside_of_macros_and_expressions() -> None:
    source = """
{% from "a.html" import b %}{% macro c(words) %}{{ words.plural("d", "ds", 2) }}{% endmacro %}
{{ b(_("one"), [{"key": _("two") ~ ngettext("e", "es", 3)}]) }}
<p title="{{ _('three') }}">{{ words("four") if x else _("five") }}</p>
"""
    assert set(in_template(source)) == {
        "one",
        "two",
        "three",
        "four",
        "five",
        ("d", "ds"),
        ("e", "es"),
    }


def test_an_update_keeps_translations_and_drops_what_is_gone() -> None:
    catalogue = updated(read("fr"), {"stays", "goes", ("a row", "rows")})
    fill(catalogue, {"stays": "reste", "goes": "va", "a row": ["une ligne", "des lignes"]})
    after = updated(catalogue, {"stays", "comes", ("a row", "rows")})
    assert {entry.id: entry.string for entry in after if entry.id} == {
        "stays": "reste",
        "comes": None,
        ("a row", "rows"): ("une ligne", "des lignes"),
    }
    assert missing(after) == {"comes": ""}


def test_a_text_whose_plural_changed_is_translated_anew() -> None:
    catalogue = fill(updated(read("nl"), {("a row", "rows")}), {"a row": ["rij", "rijen"]})
    after = updated(catalogue, {("a row", "{count} rows")})
    assert missing(after) == {"a row": ["a row", "{count} rows"]}


def test_one_text_cannot_have_two_plurals() -> None:
    with pytest.raises(Missing, match="different plurals"):
        updated(read("nl"), {"a row", ("a row", "rows")})


@pytest.mark.parametrize(
    ("english", "translation"),
    [
        (["{name} answered"], "{nom} a répondu"),
        (["%(num)s rows"], "des lignes"),
        (["Ends with a space "], "Finit sans espace"),
        (["Plain"], "<b>Gras</b>"),
    ],
)
def test_a_translation_that_does_not_fit_is_refused(english: list[str], translation: str) -> None:
    assert misfit(english, translation)
    with pytest.raises(Missing):
        fill(updated(read("fr"), set(english)), {english[0]: translation})


def test_one_of_several_forms_may_say_the_number_in_words() -> None:
    assert not misfit(["One row", "{count} rows"], "Une ligne")
    assert not misfit(["One row", "{count} rows"], "{count} lignes")
    assert not misfit(["Write `{en: words}`."], "Écrivez `{en: mots}`.")


def test_what_is_missing_can_be_filled_in_and_comes_out_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "CATALOGUES", tmp_path)
    translations.write(updated(read("de"), {"open", ("a row", "rows")}))
    asked = json.loads(json.dumps(missing(read("de"))))
    assert asked == {"a row": ["a row", "rows"], "open": ""}
    translations.write(fill(read("de"), {"a row": ["eine Zeile", "Zeilen"], "open": "öffnen"}))
    assert not missing(read("de"))
    before = translations.catalogue_path("de").read_text(encoding="utf-8")
    translations.write(updated(read("de"), {("a row", "rows"), "open"}))
    assert translations.catalogue_path("de").read_text(encoding="utf-8") == before
    assert translations.catalogue_path("de", ".mo").is_file()
