"""Groups, matrices and repeats: sections, questions in rows, and tables."""

from pathlib import Path

import pytest

from portal.questionnaire.definition import ColumnType, Matrix, Number, Single, Table
from portal.questionnaire.definition import Test as Comparison
from portal.questionnaire.importers.report import Outcome
from tests.questionnaire.importers.forms import Row, asked, imported, lines, outcomes, question

END: Row = {"type": "end group"}
END_REPEAT: Row = {"type": "end_repeat"}
SCALE = [
    {"list_name": "scale", "name": str(number), "label": word}
    for number, word in enumerate(("Never", "Sometimes", "Always"))
]


def group(name: str, **cells: object) -> Row:
    return {"type": "begin group", "name": name, "label": f"About {name}", **cells}


def repeat(name: str, **cells: object) -> Row:
    return {"type": "begin_repeat", "name": name, "label": f"Each {name}", **cells}


def test_groups_are_sections_and_what_stands_between_them_has_its_own(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        asked("text", "first"),
        group("trees", relevant="${first} = 'yes'", appearance="field-list"),
        asked("text", "a"),
        END,
        asked("text", "between"),
        group("people", appearance="w2"),
        asked("text", "b"),
        END,
    )
    sections = found.questionnaire.sections
    assert [section.id for section in sections] == ["questions", "trees", "questions_2", "people"]
    assert sections[1].title == {"en": "About trees"}
    assert sections[1].show_if == Comparison(question="first", equals="yes")
    assert outcomes(found, 3, "appearance") == set()
    assert outcomes(found, 7, "appearance") == {Outcome.NOT_CARRIED}


def test_a_group_of_groups_gives_its_title_and_condition_to_each_of_them(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        asked("text", "first"),
        group("world", relevant="${first} != ''"),
        group("trees"),
        asked("text", "a"),
        END,
        group("people"),
        asked("text", "b"),
        END,
        END,
    )
    titles = [section.title["en"] for section in found.questionnaire.sections]
    assert titles[1:] == ["About world – About trees", "About world – About people"]
    assert all(section.show_if is not None for section in found.questionnaire.sections[1:])
    assert outcomes(found, 3) == {Outcome.CHANGED}


def test_a_group_inside_of_a_section_gives_its_title_and_condition_to_its_questions(
    tmp_path: Path,
) -> None:
    found = imported(
        tmp_path,
        group("trees"),
        asked("text", "a"),
        group("oaks", relevant="${a} = 'x'", hint="Not ashes"),
        asked("text", "b", relevant="${a} != 'y'"),
        asked("text", "c"),
        END,
        group("empty"),
        {"type": "start", "name": "s"},
        END,
        END,
    )
    (section,) = found.questionnaire.sections
    assert question(found, "b").hint == {"en": "About oaks. Not ashes"}
    assert question(found, "c").show_if == Comparison(question="a", equals="x")
    assert section.title == {"en": "About trees"}
    assert outcomes(found, 4) == {Outcome.CHANGED}
    assert Outcome.NOT_CARRIED in outcomes(found, 8)


def test_a_section_without_questions_is_not_carried(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("text", "a"), group("g"), {"type": "end", "name": "e"}, END)
    assert outcomes(found, 3) == {Outcome.NOT_CARRIED}


@pytest.mark.parametrize(
    ("rows", "row", "said"),
    [
        ([group("g"), asked("text", "a")], 2, "The group has no end"),
        ([asked("text", "a"), END], 3, "There is no group that ends here."),
        ([asked("text", "a"), END_REPEAT, END], 4, "There is no group that ends here."),
    ],
)
def test_groups_that_do_not_balance_are_said(
    tmp_path: Path, rows: list[Row], row: int, said: str
) -> None:
    found = imported(tmp_path, *rows)
    assert question(found, "a").text
    assert any(said in str(line.what) for line in lines(found, row))


def test_groups_may_be_nested_as_deeply_as_anybody_writes_them(tmp_path: Path) -> None:
    deep = 300
    rows = [group(f"g{number}") for number in range(deep)]
    found = imported(tmp_path, *rows, asked("text", "a"), *[END] * deep)
    assert question(found, "a").text
    assert Outcome.CHANGED in outcomes(found, deep)


def test_a_table_list_is_a_matrix(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        group("habits", appearance="table-list", hint="In a year"),
        {"type": "note", "name": "n", "label": "Think well"},
        asked("select_one scale", "smoke", required="yes"),
        asked("select_one scale", "drink", hint="Alcohol"),
        END,
        asked("text", "why", relevant="${drink} = '2'"),
        choices=SCALE,
    )
    matrix = question(found, "habits")
    assert isinstance(matrix, Matrix)
    assert [row.id for row in matrix.rows] == ["smoke", "drink"]
    assert [option.text["en"] for option in matrix.options] == ["Never", "Sometimes", "Always"]
    assert matrix.required
    assert matrix.hint == {"en": "In a year. What is drink?: Alcohol. Think well"}
    assert question(found, "why").show_if == Comparison(question="habits", row="drink", equals="2")
    assert outcomes(found, 2, "appearance") == set()


@pytest.mark.parametrize(
    "second",
    [
        asked("text", "drink"),
        asked("select_one colours", "drink"),
        asked("select_one scale or_other", "drink"),
        asked("select_one scale", "drink", relevant="${smoke} = '1'"),
    ],
)
def test_a_table_list_of_unlike_questions_is_no_matrix_and_its_appearance_is_lost(
    tmp_path: Path, second: Row
) -> None:
    found = imported(
        tmp_path,
        group("habits", appearance="table-list"),
        asked("select_one scale", "smoke"),
        second,
        END,
        choices=[*SCALE, {"list_name": "colours", "name": "r", "label": "Red"}],
    )
    assert isinstance(question(found, "smoke"), Single)
    assert outcomes(found, 2, "appearance") == {Outcome.NOT_CARRIED}


def test_a_repeat_is_a_table_with_its_questions_as_columns(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        asked("select_one yes_no", "any"),
        repeat("tree", relevant="${any} = 'yes'", repeat_count="${any}", hint="All"),
        {"type": "note", "name": "n", "label": "Measure well", "hint": "Twice"},
        asked("integer", "height", constraint=". > 0", hint="In m", required="yes"),
        asked("select_one colours", "colour", relevant="${height} >= 2"),
        group("more"),
        asked("select_multiple colours or_other", "others"),
        END,
        asked("image", "photo"),
        asked("calculate", "double", calculation="${height} * 2"),
        END_REPEAT,
    )
    table = question(found, "tree")
    assert isinstance(table, Table)
    assert {column.id: column.type for column in table.columns} == {
        "height": ColumnType.NUMBER,
        "colour": ColumnType.SINGLE,
        "others": ColumnType.MULTI,
        "others_other": ColumnType.TEXT,
    }
    assert table.columns[0].minimum == 1
    assert table.columns[0].required
    assert table.columns[1].show_if == Comparison(column="height", at_least=2)
    assert table.show_if == Comparison(question="any", equals="yes")
    assert table.hint["en"].startswith(
        "All. Measure well. Twice. What is height?: In m. About more"
    )
    assert outcomes(found, 3, "repeat_count") == {Outcome.NOT_CARRIED}
    assert outcomes(found, 10) == outcomes(found, 11) == {Outcome.NOT_CARRIED}


def test_a_fixed_number_of_repetitions_is_kept(tmp_path: Path) -> None:
    found = imported(tmp_path, repeat("t", repeat_count=3), asked("text", "a"), END_REPEAT)
    table = question(found, "t")
    assert isinstance(table, Table)
    assert (table.minimum_rows, table.maximum_rows, table.required) == (3, 3, True)


def test_a_repeat_inside_of_a_repeat_is_a_table_that_names_the_row_it_belongs_to(
    tmp_path: Path,
) -> None:
    found = imported(
        tmp_path,
        repeat("tree"),
        asked("text", "tag"),
        repeat("stem", relevant="${tag} != ''"),
        asked("decimal", "girth"),
        END_REPEAT,
        END_REPEAT,
    )
    stems = question(found, "stem")
    assert isinstance(stems, Table)
    assert [column.id for column in stems.columns] == ["belongs_to", "girth"]
    assert stems.columns[0].text == {"en": "Each tree"}
    assert outcomes(found, 4) == {Outcome.CHANGED}
    assert outcomes(found, 4, "relevant") == {Outcome.NOT_CARRIED}


def test_a_repeat_without_columns_is_not_carried(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("text", "a"), repeat("t"), asked("image", "photo"), END_REPEAT)
    assert outcomes(found, 3) == outcomes(found, 4) == {Outcome.NOT_CARRIED}


def test_a_loop_of_older_forms_is_a_repeat(tmp_path: Path) -> None:
    found = imported(
        tmp_path, {"type": "begin loop over colours", "name": "l"}, asked("integer", "n"),
        {"type": "end loop"},
    )  # fmt: skip
    assert isinstance(question(found, "l"), Table)


def test_whole_numbers_outside_of_tables_have_a_unit(tmp_path: Path) -> None:
    found = imported(tmp_path, asked("integer", "a"))
    number = question(found, "a")
    assert isinstance(number, Number)
    assert number.unit == {"en": "units"}
