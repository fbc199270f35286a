"""The HTML twin of the PDF: the same cells, readable without sight, script or network."""

from itertools import pairwise
from xml.etree.ElementTree import Element

import html5lib
import pytest

from portal.brief.compose import ReleasedWords, compose
from portal.brief.document import BriefDocument, Question, from_json
from portal.brief.policy import Format
from portal.brief.render import body, export, standalone
from tests import factories
from tests.brief.material import GREEK, material, quotes


def tree_of(html: str) -> Element:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found: Element = parser.parse(html)
    return found


def texts(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@pytest.fixture(scope="module")
def document() -> BriefDocument:
    questionnaire = factories.questionnaire(factories.FLAGSHIP)
    return compose(
        material(questionnaire, quotes=quotes("B.05", "H.05", "L.08"), texts={"summary": "# So"})
    )


@pytest.fixture(scope="module")
def tree(document: BriefDocument) -> Element:
    return tree_of(standalone(document))


def test_the_page_has_the_same_cells_as_the_document(
    document: BriefDocument, tree: Element
) -> None:
    tables = [table for table in tree.iter("table") if "brief-plain" not in table.get("class", "")]
    shown = tables[len(document.charts) :]
    expected = [cells for section in document.sections for q in section.questions
                for cells in expected_rows(q)]  # fmt: skip
    assert [table_rows(table) for table in shown] == expected


def expected_rows(question: Question) -> list[list[list[str]]]:
    """For each block the text of each row's number cells."""
    found = []
    for block in question.blocks:
        if block.rows:
            rows = [
                [line.values[at].text for line in figure.lines] + [str(base.n)]
                for figure in block.figures
                for at, base in enumerate(figure.bases)
            ]
        else:
            rows = [[value.text for value in line.values] for line in block.figures[0].lines]
        found.append([[" ".join(cell.split()) for cell in row] for row in rows])
    return found


def table_rows(table: Element) -> list[list[str]]:
    body_of = next(table.iter("tbody"))
    return [
        [texts(cell) for cell in row.iter("td") if "brief-number" in cell.get("class", "")]
        for row in body_of.iter("tr")
    ]


def test_headings_go_down_one_step_at_a_time_and_there_is_one_h1(tree: Element) -> None:
    levels = [int(e.tag[1]) for e in tree.iter() if e.tag in {"h1", "h2", "h3", "h4"}]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_chart_is_hidden_from_readers_and_every_table_has_a_caption(tree: Element) -> None:
    assert all(svg.get("aria-hidden") == "true" for svg in tree.iter() if svg.tag.endswith("svg"))
    assert all(table.find("caption") is not None for table in tree.iter("table"))


def test_quotes_carry_their_language(tree: Element) -> None:
    quoted = {texts(quote): quote.get("lang") for quote in tree.iter("blockquote")}
    assert quoted[GREEK] == "el"


def test_links_inside_lead_to_something(tree: Element) -> None:
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    targets = {link.get("href", "") for link in tree.iter("a")}
    assert {target[1:] for target in targets if target.startswith("#")} <= set(ids)


def test_the_file_needs_nothing_else_and_runs_nothing(document: BriefDocument) -> None:
    html = standalone(document)
    for word in ("<script", "<link", "<img", "@import", "url(", "javascript:"):
        assert word not in html


def test_a_page_inside_the_portal_has_no_style_of_its_own(document: BriefDocument) -> None:
    html = body(document)
    assert "<style" not in html
    assert "style=" not in html


def test_hostile_text_stays_text() -> None:
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    released = [ReleasedWords(question_id="A.03", text=hostile, supplier=hostile, language=hostile)]
    page = tree_of(standalone(compose(material(title=hostile, buyers=[hostile], quotes=released))))
    assert not list(page.iter("script"))
    assert not list(page.iter("img"))
    assert hostile in texts(page)


def test_the_data_export_is_the_document(document: BriefDocument) -> None:
    assert from_json(export(document, Format.JSON).decode()) == document
