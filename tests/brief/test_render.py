"""The PDF: what a reader, a copyist, an attacker and a second run find in it."""

import socket
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from portal.brief.compose import ReleasedWords, compose
from portal.brief.document import BriefDocument
from portal.brief.policy import Edition
from portal.brief.render import pdf
from tests import factories
from tests.brief.material import BULGARIAN, GREEK, POLISH, figures, material, quotes
from tests.brief.pdfs import HOSTILE, fonts_of, squeezed, text_of


@pytest.fixture(scope="module")
def document() -> BriefDocument:
    questionnaire = factories.questionnaire(factories.FLAGSHIP)
    texts = {"summary": "We **agree**:\n\n- one\n- two\n\n1. first\n2. *second*"}
    return compose(material(questionnaire, quotes=quotes("B.05", "H.05", "L.08"), texts=texts))


@pytest.fixture(scope="module")
def content(document: BriefDocument) -> bytes:
    return pdf(document)


def test_every_question_label_number_and_value_is_in_the_text_layer(
    document: BriefDocument, content: bytes
) -> None:
    text = text_of(content)
    for section in document.sections:
        for question in section.questions:
            assert squeezed(f"{question.id} {question.text}") in text
        for named in (*section.not_shown, *section.not_counted):
            assert squeezed(f"{named.id} {named.text}") in text
    for figure in figures(document):
        for line in figure.lines:
            assert squeezed(line.label) in text
        for base in figure.bases:
            assert squeezed(base.label) in text


def test_a_row_of_values_is_printed_as_the_release_has_it(
    document: BriefDocument, content: bytes
) -> None:
    text = text_of(content)
    for section in document.sections:
        for question in section.questions:
            if not question.blocks[0].rows:
                for line in question.blocks[0].figures[0].lines:
                    values = "".join(value.text for value in line.values)
                    assert squeezed(line.label + values) in text


def test_greek_bulgarian_and_polish_quotes_can_be_read_and_copied(content: bytes) -> None:
    text = text_of(content)
    for quote in (GREEK, BULGARIAN, POLISH):
        assert squeezed(quote) in text


def test_fonts_are_embedded_whatever_used_the_standard_ones_before() -> None:
    """In a program of its own: once a brief was made here, the replacement holds."""
    program = (
        "from reportlab.pdfbase import pdfmetrics\n"
        "pdfmetrics.stringWidth('Somebody measured a word before', 'Helvetica', 10)\n"
        "from portal.brief.render import _prepare_fonts\n"
        "_prepare_fonts()\n"
        "print(type(pdfmetrics.getFont('Helvetica')).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"TTFont"]


def test_every_font_is_embedded(content: bytes) -> None:
    fonts = list(fonts_of(PdfReader(BytesIO(content))))
    assert len({font["/BaseFont"] for font in fonts}) >= 4
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"], font["/BaseFont"]


def test_the_report_has_a_sensible_length_bookmarks_and_metadata(
    document: BriefDocument, content: bytes
) -> None:
    reader = PdfReader(BytesIO(content))
    assert 25 <= len(reader.pages) <= 50
    titles = [str(item.title) for item in reader.outline if not isinstance(item, list)]
    assert titles[0] == "Findings"
    assert f"B {document.sections[1].title}" in titles
    assert len(titles) == len(set(titles))
    assert reader.metadata is not None
    assert reader.metadata.title == document.title
    assert reader.metadata.creation_date == document.release.cut_off


def test_findings_take_one_page(content: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    assert "Findings" in pages[2]
    assert "A rule chose these questions" in pages[2].replace("\n", " ")
    assert "What the secretariat concludes" in pages[3]


def test_the_same_document_gives_the_same_bytes() -> None:
    document = compose(material(quotes=quotes("A.03", "A.03", "A.03")))
    assert pdf(document) == pdf(document)


def test_progress_is_told_to_the_end() -> None:
    steps: list[tuple[int, int]] = []
    pdf(compose(material(suppliers=5)), lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1]


def test_long_names_and_titles_stay_on_the_cover() -> None:
    buyers = [f"Federal Agency for Public Procurement, Department {n}" for n in range(18)]
    long = pdf(compose(material(title="Joint market dialogue " * 9, buyers=buyers)))
    pages = PdfReader(BytesIO(long)).pages
    assert "Contents" in pages[1].extract_text()


def test_hostile_text_is_printed_as_text_and_fetches_nothing(
    canary: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, hits = canary
    asked: list[object] = []
    resolve = socket.getaddrinfo

    def local_only(host: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as the original
        asked.append(host)
        if host != "127.0.0.1":
            raise OSError("no such host")
        return resolve(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", local_only)
    texts = [text.format(url=url) for text in HOSTILE]
    released = [
        ReleasedWords(question_id="A.03", text=text, supplier=text[:200], language='x"><script>')
        for text in texts
    ]
    markdown = "\n\n".join([*texts, f"![x]({url})", "> " * 300 + "deep"])
    places = dict.fromkeys(("summary", "limits", "next_steps"), markdown)
    made = material(title=" ".join(texts)[:200], dialogue=texts[4], buyers=texts[:6], texts=places)
    text = text_of(pdf(compose(replace(made, quotes=released))))
    assert hits == []
    assert asked == []
    assert squeezed("<script>alert(1)</script>") in text
    assert "{{7*7}}" in text
    assert "root:" not in text


def test_five_suppliers_give_a_short_brief_that_says_why() -> None:
    questionnaire = factories.questionnaire(factories.FLAGSHIP)
    made = pdf(compose(material(questionnaire, edition=Edition.PUBLIC, suppliers=5)))
    assert len(PdfReader(BytesIO(made)).pages) < 20
    assert squeezed("Too few answers to show without revealing who said what") in text_of(made)
