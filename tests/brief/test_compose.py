from dataclasses import replace

import pytest

from portal.aggregate.documents import ReleasedColumn
from portal.aggregate.proposals import ALL, Numbers
from portal.brief.compose import compose
from portal.brief.document import from_json, to_json
from portal.brief.policy import Edition
from portal.brief.render import body
from portal.questionnaire.definition import Questionnaire, ReleaseRule
from tests import factories
from tests.aggregate.rounds import with_question
from tests.brief.material import GREEK, figures, material, quotes


@pytest.fixture(scope="module")
def flagship() -> Questionnaire:
    return factories.questionnaire(factories.FLAGSHIP)


def test_every_shown_cell_of_the_release_is_in_the_brief_and_no_other() -> None:
    made = material()
    shown = {figure.key: figure for figure in figures(compose(made))}
    released = {key: columns for key, columns in made.release.questions.items() if columns}
    assert set(shown) == set(released)
    for key, columns in released.items():
        bases = {base.id: base for base in shown[key].bases}
        assert {name: column.n for name, column in columns.items()} == {
            name: base.n for name, base in bases.items()
        }
        for at, name in enumerate(bases):
            for line in shown[key].lines:
                cell = columns[name].cells[line.option]
                value = line.values[at]
                assert cell == (value.count if isinstance(cell, int) else _plain(value.text))


def test_every_question_is_shown_named_as_not_shown_or_named_as_never_counted(
    flagship: Questionnaire,
) -> None:
    document = compose(material(flagship))
    shown = [question.id for section in document.sections for question in section.questions]
    named = [
        item.id
        for section in document.sections
        for item in (*section.not_shown, *section.not_counted)
    ]
    assert sorted(shown + named) == sorted(question.id for question in flagship.questions())


def test_five_findings_come_from_five_sections_and_none_from_the_first(
    flagship: Questionnaire,
) -> None:
    document = compose(material(flagship))
    sections = [finding.question_id.split(".")[0] for finding in document.findings]
    assert len(set(sections)) == len(sections) == 5
    assert "A" not in sections
    assert len(document.charts) == 3


def test_a_finding_says_counts_where_they_are_exact_and_bands_elsewhere(
    flagship: Questionnaire,
) -> None:
    public = compose(material(flagship, edition=Edition.PUBLIC))
    assert all("Between" in finding.sentence for finding in public.findings[:3])
    assert all(finding.headline == "divided" for finding in public.findings[3:])
    made = material(flagship)
    buyers = compose(made)
    exact = {
        key
        for key, columns in made.release.questions.items()
        if ALL in columns and columns[ALL].exact
    }
    for finding in buyers.findings[:3]:
        assert (" of " in finding.headline) == (finding.question_id in exact)


def test_five_suppliers_give_a_brief_without_any_figure(flagship: Questionnaire) -> None:
    document = compose(material(flagship, suppliers=5))
    assert not list(figures(document))
    assert document.findings == ()
    assert document.participants[0].largest_base is None


def test_a_quote_stands_under_its_question_or_at_the_end_of_its_section(
    flagship: Questionnaire,
) -> None:
    document = compose(material(flagship, quotes=quotes("L.08", "B.04", "Z.99")))
    found = {section.id: section.quotes for section in document.sections if section.quotes}
    assert [quote.text for quote in found["L"]] == [GREEK]
    assert found["L"][0].supplier == ""
    assert found["L"][0].language_name == "Greek"
    assert set(found) == {"B", "L"}


def test_texts_of_the_secretariat_replace_the_standing_ones() -> None:
    own = compose(material(texts={"limits": "Our *own* limits.", "summary": "What we conclude."}))
    assert "<em>own</em>" in own.limits_html
    assert "What we conclude." in own.summary_html
    standing = compose(material())
    assert standing.summary_html == ""
    assert "not a sample of the market" in standing.limits_html
    assert "<ol>" in standing.next_steps_html


def test_the_document_survives_json_and_its_hash_names_its_content() -> None:
    document = compose(material())
    assert from_json(to_json(document)) == document
    assert compose(material()).sha256 == document.sha256
    assert replace(document, title="Other").sha256 != document.sha256


def test_the_brief_says_that_legal_numbers_were_not_checked() -> None:
    assert any("were not checked" in paragraph for paragraph in compose(material()).protection)


def test_numbers_without_bands_are_printed_as_median_and_quartiles() -> None:
    made = material()
    known = next(each for each in made.questionnaire.questions() if each.id == "B.06")
    asked = with_question(replace(known, release=ReleaseRule()))
    column = ReleasedColumn(n=24, protected=20, exact=True, cells={}, numbers=Numbers(2, 5.5, 1200))
    release = replace(made.release, questions={"B.06": {ALL: column}})
    document = compose(replace(made, questionnaire=asked, release=release))
    (figure,) = figures(document)
    said = [(line.label, _plain(line.values[0].text)) for line in figure.lines]
    assert said == [
        ("Lower quartile", "2 persons"),
        ("Median", "5.5 persons"),
        ("Upper quartile", "1,200 persons"),
    ]
    assert "5.5" in body(document)


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")
