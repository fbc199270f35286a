"""Templates: what they import they use, nothing is unescaped, and none is left over."""

import re
from pathlib import Path

import pytest

PORTAL = Path(__file__).parents[2] / "portal"
TEMPLATES = PORTAL / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
IMPORT = re.compile(r'{%-? from "([^"]+)" import (.+?) -?%}')
REFERENCE = re.compile(r'"([\w/]+\.html)"')


def name_of(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_uses_what_it_imports(path: Path) -> None:
    source = path.read_text()
    body = IMPORT.sub("", source)
    names = [name.strip() for _, found in IMPORT.findall(source) for name in found.split(",")]
    unused = [name for name in names if not re.search(rf"\b{name.split(' as ')[-1]}\(", body)]
    assert not unused


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_escapes_everything_and_holds_nothing_inline(path: Path) -> None:
    source = path.read_text()
    if name_of(path).startswith("brief/"):
        source = re.sub(r"{{ (css|style|markdown)[^}]*}}", "", source)
    assert "autoescape false" not in source
    assert not re.findall(r"\|\s*safe\b", source)
    assert not re.findall(r"\son\w+=", source)
    if not name_of(path).startswith("brief/"):
        assert not re.findall(r"\sstyle=", source)


def test_no_template_is_left_over() -> None:
    sources = [path.read_text() for path in PAGES]
    sources += [path.read_text() for path in PORTAL.rglob("*.py")]
    named = {name for source in sources for name in REFERENCE.findall(source)}
    built = {f"public/{topic}.html" for topic in ("accessibility", "privacy", "protection")}
    left_over = {name_of(path) for path in PAGES} - named - built - {"base.html"}
    assert not {name for name in left_over if not name.startswith("brief/")}
