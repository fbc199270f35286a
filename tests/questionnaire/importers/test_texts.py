"""Texts of a form: languages and gaps in them, hints, notes, markup and references."""

from pathlib import Path

import pytest

from portal.questionnaire.importers.languages import tag_of
from portal.questionnaire.importers.report import Outcome
from tests.questionnaire.importers.forms import CHOICES, asked, imported, lines, outcomes, question

EN, FR, SW = "label::English (en)", "label::French (fr)", "label::Swahili (sw)"


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("English (en)", "en"),
        ("English", "en"),
        ("français", "fr"),
        ("French (fr-BE)", "fr-BE"),
        ("Swahili (sw)", "sw"),
        ("Brazilian Portuguese", "pt-BR"),
        ("pt-br", "pt-BR"),
        ("Ukrainian (uk)", "uk"),
        ("English (UK)", "en"),
        ("Klingonese", None),
        ("", None),
    ],
)
def test_languages_are_recognised_by_tag_by_name_and_by_their_own_name(
    name: str, tag: str | None
) -> None:
    assert tag_of(name) == tag


def test_labels_and_hints_come_in_every_language_of_the_form(tmp_path: Path) -> None:
    row = {
        "type": "text",
        "name": "a",
        EN: "Name?",
        FR: "Nom ?",
        "hint::English (en)": "In full",
        "hint::French (fr)": "Complet",
    }
    found = imported(tmp_path, row, choices=())
    assert found.questionnaire.languages == ("en", "fr")
    assert question(found, "a").text == {"en": "Name?", "fr": "Nom ?"}
    assert question(found, "a").hint == {"en": "In full", "fr": "Complet"}
    assert outcomes(found, 2) == {Outcome.CARRIED}


def test_the_default_language_of_the_settings_is_the_base(tmp_path: Path) -> None:
    row = {"type": "text", "name": "a", EN: "Name?", SW: "Jina?"}
    found = imported(
        tmp_path, row, choices=(), settings=[{"default_language": "Swahili (sw)", "version": 1}]
    )
    assert found.questionnaire.base_language == "sw"
    assert found.questionnaire.languages == ("sw", "en")
    assert found.questionnaire.version == "1"


def test_a_missing_translation_is_filled_in_and_said(tmp_path: Path) -> None:
    first = {"type": "text", "name": "a", EN: "Name?", FR: "Nom ?"}
    second = {"type": "text", "name": "b", EN: "Town?"}
    third = {"type": "text", "name": "c", FR: "Pays ?"}
    found = imported(tmp_path, first, second, third, choices=())
    assert question(found, "b").text == {"en": "Town?", "fr": "Town?"}
    assert question(found, "c").text == {"en": "Pays ?", "fr": "Pays ?"}
    assert "There is no wording in fr: “Town?” stands in" in str(lines(found, 3, EN)[0].what)
    assert outcomes(found, 4, FR) == {Outcome.CHANGED}


def test_an_unlabelled_question_is_called_by_its_name(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("text", "a"), {"type": "text", "name": "town"})
    assert question(found, "town").text == {"en": "town"}
    assert outcomes(found, 3, "label") == {Outcome.CHANGED}


def test_the_first_unknown_language_is_kept_as_undetermined_and_the_second_is_not(
    tmp_path: Path,
) -> None:
    row = {"type": "text", "name": "a", EN: "Name?", "label::Elvish": "Man?", "label::Orkish": "G?"}
    found = imported(tmp_path, row, choices=())
    assert found.questionnaire.languages == ("en", "und")
    assert outcomes(found, 2, "label::Orkish") == {Outcome.NOT_CARRIED}


def test_older_spellings_of_headings_are_understood(tmp_path: Path) -> None:
    row = {
        "Type": "integer",
        "Name": "a",
        "caption": "How many?",
        "bind: constraint": ". > 1",
        "bind::jr:constraintMsg": "More",
        "bind:required": "yes",
    }
    found = imported(tmp_path, row)
    assert question(found, "a").text == {"en": "How many?"}
    assert question(found, "a").required
    assert outcomes(found, 2, "bind: constraint") == {Outcome.CARRIED}


def test_markup_and_references_are_plain_and_the_report_shows_what_is_left(tmp_path: Path) -> None:
    label = "<b>Trees</b> of **${owner}** <img src=x>"
    found = imported(tmp_path, asked("text", "owner"), asked("text", "a", label=label))
    assert question(found, "a").text == {"en": "Trees of [owner]"}
    assert outcomes(found, 3, "label") == {Outcome.CHANGED}


def test_guidance_joins_the_hint(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("text", "a", hint="In full", guidance_hint="Ask twice."))
    assert question(found, "a").hint == {"en": "In full. Ask twice."}
    assert outcomes(found, 2, "guidance_hint") == {Outcome.CHANGED}


def test_notes_go_where_they_are_read_first_in_their_order(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        {"type": "note", "name": "n1", "label": "Welcome"},
        {"type": "begin group", "name": "g", "label": "Trees", "hint": "Only yours."},
        {"type": "note", "name": "n2", "label": "About trees", "hint": "All of them"},
        asked("text", "a"),
        {"type": "note", "name": "n3", "label": "First"},
        {"type": "note", "name": "n4", "label": "Second", "relevant": "${a} = 'x'"},
        asked("text", "b", hint="Third"),
        {"type": "note", "name": "n5", "label": "Thank you"},
        {"type": "note", "name": "n6"},
        {"type": "end group"},
        {"type": "note", "name": "n7", "label": "Goodbye"},
    )
    (section,) = found.questionnaire.sections
    assert found.questionnaire.introduction == {"en": "Welcome"}
    assert section.why == {"en": "Only yours. About trees. All of them"}
    assert question(found, "a").hint == {}
    assert question(found, "b").hint == {"en": "First. Second. Third. Thank you. Goodbye"}
    assert outcomes(found, 7, "relevant") == {Outcome.NOT_CARRIED}
    assert outcomes(found, 10) == {Outcome.NOT_CARRIED}


def test_pictures_of_questions_and_choices_are_named_as_lost(tmp_path: Path) -> None:
    choices = [{**choice, "image": "x.png"} for choice in CHOICES]
    row = asked("select_one colours", "a", **{"media::image::English": "a.png", "big-image": "b"})
    found = imported(tmp_path, row, choices=choices)
    assert outcomes(found, 2, "media::image::English") == {Outcome.NOT_CARRIED}
    assert outcomes(found, 2, "big-image") == {Outcome.NOT_CARRIED}
    (column,) = lines(found, None, "image", sheet="choices")
    assert str(column.what) == "Cells not carried: 5. Texts have no pictures or sounds."


def test_texts_that_are_the_same_are_numbered(tmp_path: Path) -> None:
    rows = [asked("text", name, label="Name?") for name in ("a", "b", "c")]
    found = imported(tmp_path, *rows)
    texts = [each.text["en"] for each in found.questionnaire.questions()]
    assert texts == ["Name?", "Name? (2)", "Name? (3)"]
