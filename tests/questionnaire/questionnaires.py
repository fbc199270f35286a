"""Random questionnaires: every type, any wording, several languages; not always sensible ones."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import ADAPTER

LANGUAGES = ["en", "no", "fr"]

WORDS = st.one_of(
    st.text(
        alphabet=st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from(
        [
            "yes",
            "No",
            "null",
            "2029-07-26",
            "1_49",
            "0x1F",
            "- a list",
            "key: value",
            "# no comment",
            "'quoted'",
            '"quoted"',
            " spaces around ",
            "tab\there",
            "one\ntwo",
            "one\n\ntwo\n",
            "  indented\nfirst line",
            "Wörter " * 30,
            "so long that it must be folded, " * 8,
            "folded\n\nin paragraphs, " * 12,
            "a  double  space in a text that is long enough for the lines to be folded somewhere",
            "- id: A.01",
            "  - id: A.01\n  - id: B.02",
            "{{ braces }} [brackets] *star &and !bang %percent @at `tick`",
            "Ζητήστε условията zamówień 你好 👋",
            "\N{NO-BREAK SPACE}dura\N{LINE SEPARATOR}lex",
        ]
    ),
)
"""What people write, and what YAML might take for something else."""

TEXTS = st.dictionaries(st.sampled_from(LANGUAGES), WORDS, min_size=1)
NUMBERS = st.one_of(st.integers(-1000, 1000), st.floats(-1e9, 1e9).map(lambda each: each + 0))
"""Without minus zero, which equals zero but is written differently."""
IDS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,8}\Z")
SCALARS = st.one_of(IDS, NUMBERS, st.booleans())


def entries(size: int, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """Options, rows or columns with ids of their own."""
    entry = st.fixed_dictionaries({"id": IDS, "text": TEXTS, **fields})
    return st.lists(entry, max_size=size, unique_by=lambda each: str(each["id"]))


TESTS = st.one_of(
    st.fixed_dictionaries({"question": IDS, "==": SCALARS}),
    st.fixed_dictionaries({"question": IDS, "in": st.lists(SCALARS, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"question": IDS, "has": st.lists(IDS, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"question": IDS, ">=": NUMBERS}),
    st.fixed_dictionaries({"question": IDS, "rows": st.just({">=": 1})}),
    st.fixed_dictionaries({"question": IDS, "some_row": st.just(value=True), "!=": IDS}),
)
CONDITIONS = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=4,
)
COLUMNS = entries(3, type=st.sampled_from(["text", "number", "yes_no", "date", "country"]))
TYPES: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
    "yes_partly_no": {},
    "yes_no": {},
    "maturity": {"anchors": st.lists(TEXTS, min_size=5, max_size=5)},
    "single": {"options": entries(4)},
    "multi": {"options": entries(4, exclusive=st.booleans())},
    "percentage": {},
    "number": {"unit": TEXTS, "minimum": st.none() | NUMBERS},
    "text": {"maximum_length": st.integers(1, 900)},
    "long": {},
    "date": {},
    "file": {},
    "table": {
        "columns": COLUMNS,
        "minimum_rows": st.integers(0, 3),
        "prefill": st.none()
        | st.fixed_dictionaries({"question": IDS, "columns": st.dictionaries(IDS, IDS)}),
    },
    "matrix": {"rows": entries(3), "options": entries(3)},
    "grid": {"rows": entries(3), "columns": COLUMNS},
}
OPTIONAL: Mapping[str, st.SearchStrategy[Any]] = {
    "hint": TEXTS,
    "proof": TEXTS,
    "core": st.booleans(),
    "required": st.booleans(),
    "minutes": NUMBERS,
    "show_if": CONDITIONS,
    "evidence": st.fixed_dictionaries({"need": st.sampled_from(["optional", "always"])}),
    "confidentiality": st.fixed_dictionaries({"default": st.sampled_from(["public", "buyers"])}),
    "clauses": st.lists(
        st.fixed_dictionaries({"instrument": IDS, "clause": WORDS, "verified": st.booleans()}),
        max_size=2,
    ),
    "release": st.fixed_dictionaries({"bands": st.lists(NUMBERS, max_size=3)}),
    "competition_review": WORDS,
}


def questions(question_id: str) -> st.SearchStrategy[dict[str, Any]]:
    """One question of any type."""
    kinds = [
        st.fixed_dictionaries(
            {"id": st.just(question_id), "type": st.just(kind), "text": TEXTS, **fields},
            optional=OPTIONAL,
        )
        for kind, fields in TYPES.items()
    ]
    return st.one_of(kinds)


@st.composite
def questionnaires(draw: st.DrawFn) -> Questionnaire:
    """A questionnaire that fits the schema and whose ids are unique; its check may find faults."""
    sections = [
        {
            "id": letter,
            "title": draw(TEXTS),
            "questions": [
                draw(questions(f"{letter}.{number:02d}"))
                for number in range(draw(st.integers(0, 3)))
            ],
        }
        for letter in "ABC"[: draw(st.integers(1, 3))]
    ]
    whole = {
        "name": draw(IDS),
        "version": draw(st.sampled_from(["1.0", "2", "2027-spring"])),
        "base_language": "en",
        "languages": LANGUAGES,
        "title": draw(TEXTS),
        "introduction": draw(st.just({}) | TEXTS),
        "segments": draw(entries(2)),
        "instruments": [
            {"id": each["id"], "title": each["text"], "version": "1", "valid_from": "2027-01-31"}
            for each in draw(entries(2))
        ],
        "sections": sections,
    }
    return ADAPTER.validate_python(whole)
