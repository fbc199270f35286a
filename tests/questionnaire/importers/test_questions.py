"""The rows of a form as questions: types, lists, limits, and what is said of the rest."""

from pathlib import Path

import pytest

from portal.questionnaire.definition import (
    Date,
    File,
    LongText,
    Multi,
    Number,
    Percentage,
    ShortText,
    Single,
    YesNo,
)
from portal.questionnaire.importers.report import Outcome
from tests.questionnaire.importers.forms import Row, asked, imported, lines, outcomes, question

CARRIED, CHANGED, LOST = Outcome.CARRIED, Outcome.CHANGED, Outcome.NOT_CARRIED


@pytest.mark.parametrize(
    ("kind", "becomes", "outcome"),
    [
        ("text", ShortText, CARRIED),
        ("integer", Number, CHANGED),
        ("decimal", Number, CHANGED),
        ("range", Number, CHANGED),
        ("percentage", Percentage, CARRIED),
        ("select_one colours", Single, CARRIED),
        ("select one from colours", Single, CARRIED),
        ("select_one yes_no", YesNo, CARRIED),
        ("select_multiple colours", Multi, CARRIED),
        ("rank colours", Multi, CHANGED),
        ("date", Date, CARRIED),
        ("dateTime", ShortText, CHANGED),
        ("time", ShortText, CHANGED),
        ("geopoint", ShortText, CHANGED),
        ("geotrace", ShortText, CHANGED),
        ("barcode", ShortText, CHANGED),
        ("image", File, CARRIED),
        ("audio", File, CHANGED),
        ("video", File, CHANGED),
        ("file", File, CARRIED),
        ("acknowledge", YesNo, CHANGED),
    ],
)
def test_each_type_becomes_a_question_and_the_report_says_if_it_changed(
    tmp_path: Path, kind: str, becomes: type, outcome: Outcome
) -> None:
    found = imported(tmp_path, asked(kind, "a"))
    assert isinstance(question(found, "a"), becomes)
    assert outcomes(found, 2) == {outcome}


@pytest.mark.parametrize(
    "kind",
    [
        *("start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit"),
        *("start-geopoint", "background-audio", "hidden", "calculate", "xml-external"),
        *("select_one_from_file villages.csv", "select_multiple_from_file a.xml"),
        *("select_one_external villages", "select_one ${trees}", "select_one nowhere", "sorcery"),
        "cascading_select cities",
    ],
)
def test_what_cannot_be_asked_is_named_and_not_carried(tmp_path: Path, kind: str) -> None:
    found = imported(tmp_path, asked("text", "a"), asked(kind, "b"))
    assert [each.id for each in found.questionnaire.questions()] == ["a"]
    assert outcomes(found, 3) == {LOST}


def test_a_select_from_a_file_says_where_the_choices_are(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("text", "a"), asked("select_one_from_file v.csv", "b"))
    (line,) = lines(found, 3)
    assert str(line.what) == "“select_one_from_file v.csv”: the choices are not in the workbook."


def test_or_other_is_an_option_with_a_question_for_the_words(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("select_multiple colours or_other", "a", required="yes"))
    options = question(found, "a")
    assert isinstance(options, Multi)
    assert [option.id for option in options.options] == ["red", "green", "blue", "other"]
    words = question(found, "a_other")
    assert isinstance(words, ShortText)
    assert words.text["en"] == "What is a? – other, namely"
    assert words.show_if is not None
    assert words.required
    assert outcomes(found, 2) == {CHANGED}


@pytest.mark.parametrize(
    ("written", "required", "outcome"),
    [
        ("yes", True, None),
        ("TRUE", True, None),
        (True, True, None),
        ("true()", True, None),
        ("no", False, None),
        (None, False, None),
        (False, False, None),
        ("${a} = 'x'", True, CHANGED),
    ],
)
def test_required_is_kept_and_a_condition_for_it_is_taken_for_yes(
    tmp_path: Path, written: object, required: object, outcome: Outcome | None
) -> None:
    found = imported(tmp_path, asked("text", "a"), asked("text", "b", required=written))
    assert question(found, "b").required is required
    assert outcomes(found, 3, "required") == ({outcome} if outcome else set())


@pytest.mark.parametrize(
    ("kind", "constraint", "limits", "outcome"),
    [
        ("integer", ". >= 0 and . <= 100", (0, 100), CARRIED),
        ("integer", ". > 0 and . < 10", (1, 9), CARRIED),
        ("decimal", ". > 0", (0, None), CHANGED),
        ("decimal", "(.>=0) and (.<=2.5)", (0, 2.5), CARRIED),
        ("integer", "5 <= .", (5, None), CARRIED),
        ("integer", ". >= 1 and . mod 2 = 0", (1, None), CHANGED),
        ("integer", ". >= 9 and . <= 1", (None, None), LOST),
        ("integer", "regex(., '^[0-9]+$')", (None, None), LOST),
        ("integer", ". < ${b}", (None, None), LOST),
        ("integer", ". >= (", (None, None), LOST),
    ],
)
def test_limits_of_numbers_are_kept_as_far_as_they_can_be_said(
    tmp_path: Path,
    kind: str,
    constraint: str,
    limits: tuple[float | None, float | None],
    outcome: Outcome,
) -> None:
    found = imported(tmp_path, asked(kind, "a", constraint=constraint))
    number = question(found, "a")
    assert isinstance(number, Number)
    assert (number.minimum, number.maximum) == limits
    assert outcomes(found, 2, "constraint") == {outcome}
    assert constraint in str(lines(found, 2, "constraint")[0].what)


def test_the_length_of_a_text_and_an_option_that_stands_alone_are_kept(tmp_path: Path) -> None:
    alone = "not(selected(., 'blue') and count-selected(.) > 1)"
    found = imported(
        tmp_path,
        asked("text", "a", constraint="string-length(.) <= 20"),
        asked("select_multiple colours", "b", constraint=alone),
    )
    text, several = question(found, "a"), question(found, "b")
    assert isinstance(text, ShortText)
    assert text.maximum_length == 20
    assert isinstance(several, Multi)
    assert [option.id for option in several.options if option.exclusive] == ["blue"]
    assert "became: at most 20 characters." in str(lines(found, 2, "constraint")[0].what)


def test_the_message_of_a_constraint_that_is_not_checked_is_part_of_the_hint(
    tmp_path: Path,
) -> None:
    found = imported(
        tmp_path,
        asked("text", "a", constraint="regex(., 'x')", constraint_message="Begin with x"),
        asked("integer", "b", constraint=". > 0", constraint_message="More than none"),
    )
    assert question(found, "a").hint == {"en": "Begin with x"}
    assert outcomes(found, 2, "constraint_message") == {CHANGED}
    assert question(found, "b").hint == {}
    assert outcomes(found, 3, "constraint_message") == {LOST}


def test_a_range_keeps_its_ends(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        asked("range", "a", parameters="start=2 end=9 step=1"),
        asked("range", "b", parameters="start=0 end=1 step=0.1"),
    )
    a, b = question(found, "a"), question(found, "b")
    assert isinstance(a, Number)
    assert isinstance(b, Number)
    assert (a.minimum, a.maximum, b.minimum, b.maximum) == (2, 9, 0, 1)
    assert outcomes(found, 2, "parameters") == set()
    assert outcomes(found, 3, "parameters") == {CHANGED}


@pytest.mark.parametrize(
    "cells",
    [
        {"appearance": "multiline"},
        {"parameters": "rows=4"},
        {"body::rows": 5},
    ],
)
def test_a_text_of_several_lines_is_a_long_one(tmp_path: Path, cells: Row) -> None:
    found = imported(tmp_path, asked("text", "a", **cells))
    assert isinstance(question(found, "a"), LongText)
    assert outcomes(found, 2, next(iter(cells))) == set()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("appearance", "minimal"),
        ("choice_filter", "colour = ${b}"),
        ("parameters", "randomize=true"),
        ("calculation", "1 + 1"),
        ("default", "red"),
        ("read_only", "yes"),
        ("trigger", "${b}"),
        ("required_message", "Say it"),
        ("media::image", "a.png"),
        ("media::audio::English", "a.mp3"),
        ("save_to", "property"),
        ("bind::odk:length", "5"),
        ("instance::custom", "x"),
        ("my own notes", "ask Anna"),
    ],
)
def test_a_cell_without_a_counterpart_is_repeated_in_the_report(
    tmp_path: Path, column: str, value: str
) -> None:
    found = imported(tmp_path, asked("select_one colours", "a", **{column: value}))
    (line,) = lines(found, 2, column)
    assert line.outcome is LOST
    assert value in str(line.what)


def test_choices_with_one_name_or_one_text_are_told_apart_or_joined(tmp_path: Path) -> None:
    choices = [
        {"list_name": "towns", "name": "a", "label": "Aberdeen", "region": "north"},
        {"list_name": "towns", "name": "b", "label": "Aberdeen", "region": "south"},
        {"list_name": "towns", "name": "a", "label": "Aberdeen", "region": "west"},
        {"list_name": "towns", "name": "c d", "label": "Cardiff"},
        {"list_name": "towns"},
        {"list_name": "unused", "name": "x", "label": "X"},
        {"name": "y", "label": "Y"},
    ]
    found = imported(tmp_path, asked("select_one towns", "a"), choices=choices)
    single = question(found, "a")
    assert isinstance(single, Single)
    assert [option.text["en"] for option in single.options] == [
        *("Aberdeen", "Aberdeen (2)", "Cardiff"),
    ]
    assert [option.id for option in single.options] == ["a", "b", "c_d"]
    said = {row: outcomes(found, row, sheet="choices") for row in range(2, 9)}
    assert said[2] == said[3] == {CARRIED}
    assert said[4] == said[5] == {CHANGED}
    assert said[6] == said[7] == {LOST}
    (region,) = lines(found, None, "region", sheet="choices")
    assert str(region.what).startswith("Cells not carried: 3.")


def test_a_name_that_comes_twice_or_is_no_id_is_changed_and_said(tmp_path: Path) -> None:
    found = imported(
        tmp_path, asked("text", "a"), asked("text", "a"), asked("text", "é t", label="Été?")
    )
    assert [each.id for each in found.questionnaire.questions()] == ["a", "a_2", "e_t"]
    assert "“a” has the id “a_2”." in {str(line.what) for line in lines(found, 3)}
    assert outcomes(found, 4) == {CHANGED}


def test_words_that_competitors_must_not_ask_are_marked_for_a_reviewer(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("decimal", "a", label="What is your future price?"))
    assert question(found, "a").competition_review == "Imported; to be reviewed."
    assert any("a reviewer must" in str(line.what) for line in lines(found, 2))


def test_settings_give_title_name_version_and_language(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        asked("text", "a"),
        settings=[
            {
                "form_title": "Trees & people",
                "form_id": "trees",
                "version": "2026-01-31 12:00:00 beta",
                "default_language": "French",
                "public_key": "abc",
                "style": "pages",
            }
        ],
    )
    known = found.questionnaire
    assert (known.name, known.base_language) == ("trees", "fr")
    assert known.title["fr"] == "Trees & people"
    assert known.version == "2026-01-31 12:00:00"
    assert outcomes(found, 2, "public_key", sheet="settings") == {LOST}
    assert any("version" in str(line.what) for line in lines(found, None, sheet="settings"))


def test_without_settings_the_file_name_stands_in(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("text", "a"))
    assert found.questionnaire.name == "form"
    assert outcomes(found, None, sheet="settings") == {CHANGED}


def test_other_sheets_and_a_second_survey_are_accounted_for_row_by_row(tmp_path: Path) -> None:
    notes = [{"who": "Anna", "says": "hello"}, {"who": "Ben", "says": "good day"}]
    found = imported(
        tmp_path,
        asked("text", "a"),
        Notes=notes,
        external_choices=[{"list_name": "v", "name": "x"}],
        **{" Survey": [asked("text", "b")]},
    )
    for sheet in ("Notes", "external_choices", " Survey"):
        assert outcomes(found, 2, sheet=sheet) == {LOST}
        assert outcomes(found, None, sheet=sheet) == {LOST}


def test_a_row_that_is_switched_off_or_has_no_type_is_not_asked(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        asked("text", "a", disabled="no"),
        asked("text", "b", disabled="yes"),
        {"name": "c", "label": "A comment"},
    )
    assert [each.id for each in found.questionnaire.questions()] == ["a"]
    assert outcomes(found, 3) == outcomes(found, 4) == {LOST}
