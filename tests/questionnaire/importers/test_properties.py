"""Whatever a form holds, it becomes a questionnaire without faults, and nothing is unaccounted."""

import string
from collections.abc import Mapping, Sequence
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.questionnaire.check import problems
from portal.questionnaire.importers.xlsform import import_xlsform
from portal.questionnaire.loader import read
from portal.questionnaire.writer import to_yaml
from tests.questionnaire.importers.forms import Row, require_account, write

NAMES = st.sampled_from(["a", "b", "c", "d", "é t", "_x", "1", "a.b", "trees", "a_other", ""])
WORDS = st.text(
    st.sampled_from(f"{string.ascii_letters}  é؟漢.,:#'\"-{{}}$<>*_%&\n\t|>\u200b"), max_size=12
)
LISTS = st.sampled_from(["yes_no", "colours", "one", "dots", "missing", ""])
TYPES = st.one_of(
    st.sampled_from(
        [
            *("text", "integer", "decimal", "range", "percentage", "date", "dateTime", "time"),
            *("note", "calculate", "hidden", "start", "image", "audio", "file", "barcode"),
            *("geopoint", "acknowledge", "select_one_from_file a.csv", "sorcery", "", "osm x"),
            *("begin group", "begin_group", "end group", "end_group"),
            *("begin repeat", "begin_repeat", "end repeat", "end_repeat"),
        ]
    ),
    st.builds(
        "{} {}{}".format,
        st.sampled_from(["select_one", "select_multiple", "rank", "select one from"]),
        LISTS,
        st.sampled_from(["", " or_other", " or specify other"]),
    ),
)
ATOMS = st.one_of(
    st.builds("${{{}}}".format, NAMES),
    st.sampled_from(["'red'", "'yes'", "1", "2.5", "''", ".", "-3", "true()", "'OK'", "today()"]),
    st.builds("selected(${{{}}}, '{}')".format, NAMES, st.sampled_from(["red", "no", "x"])),
    st.builds("count-selected(${{{}}})".format, NAMES),
    st.builds("string-length(${{{}}})".format, NAMES),
    st.builds("count(${{{}}})".format, NAMES),
)
EXPRESSIONS = st.one_of(
    st.recursive(
        ATOMS,
        lambda inner: st.one_of(
            st.builds(
                "{} {} {}".format,
                inner,
                st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "and", "or", "+", "div"]),
                inner,
            ),
            st.builds("not({})".format, inner),
            st.builds("({})".format, inner),
            st.builds("if({}, {}, {})".format, inner, ATOMS, ATOMS),
        ),
        max_leaves=8,
    ),
    WORDS,
)
SURVEY_ROWS = st.fixed_dictionaries(
    {"type": TYPES, "name": NAMES},
    optional={
        "label": WORDS,
        "label::French (fr)": WORDS,
        "hint": WORDS,
        "guidance_hint::French (fr)": WORDS,
        "relevant": EXPRESSIONS,
        "constraint": EXPRESSIONS,
        "constraint_message": WORDS,
        "calculation": EXPRESSIONS,
        "required": st.sampled_from(["yes", "no", True, "${a} = 1", "maybe"]),
        "appearance": st.sampled_from(["multiline", "table-list", "field-list", "minimal"]),
        "parameters": st.sampled_from(["start=1 end=9 step=2", "rows=4", "start=x", "seed=1"]),
        "repeat_count": st.sampled_from([3, "${a}", "0", "x"]),
        "default": WORDS,
        "media::image::French (fr)": WORDS,
        "mystery": WORDS,
    },
)
CHOICE_ROWS = st.fixed_dictionaries(
    {"list_name": LISTS, "name": NAMES},
    optional={"label": WORDS, "label::French (fr)": WORDS, "filter": WORDS},
)
FIXED: Sequence[Row] = (
    {"list_name": "yes_no", "name": "yes", "label": "Yes"},
    {"list_name": "yes_no", "name": "no", "label": "No"},
    {"list_name": "colours", "name": "red", "label": "Red"},
    {"list_name": "colours", "name": "1", "label": "One"},
    {"list_name": "one", "name": "x", "label": "Price"},
    {"list_name": "dots", "name": "a.b", "label": "Same"},
    {"list_name": "dots", "name": "a_b", "label": "Same"},
)
SETTINGS_ROWS = st.fixed_dictionaries(
    {},
    optional={
        "form_title": WORDS,
        "form_id": NAMES,
        "version": st.one_of(WORDS, st.integers()),
        "default_language": st.sampled_from(["French (fr)", "English", "Klingon", "de"]),
        "style": WORDS,
    },
)

NOTHING_TO_ASK = (
    "None of the questions of this form can be carried. Row ",
    "The form asks nothing",
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    survey=st.lists(SURVEY_ROWS, min_size=1, max_size=14),
    choices=st.lists(CHOICE_ROWS, max_size=4),
    form=SETTINGS_ROWS,
)
def test_any_form_becomes_a_questionnaire_without_faults(
    tmp_path: Path, survey: list[Row], choices: list[Row], form: Mapping[str, object]
) -> None:
    content = {"survey": survey, "choices": [*FIXED, *choices], "settings": [form]}
    try:
        found = import_xlsform(write(tmp_path / "form.xlsx", **content))
    except Invalid as refusal:
        assume(not str(refusal).startswith(NOTHING_TO_ASK))
        raise
    assert problems(found.questionnaire) == []
    require_account(found, content)
    path = tmp_path / "form.yaml"
    path.write_text(to_yaml(found.questionnaire), encoding="utf-8")
    assert read(path) == found.questionnaire
