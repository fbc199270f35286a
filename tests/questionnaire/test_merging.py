from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaire.merging import changed_fields, merge, merge_order
from portal.questionnaire.subjects import flatten

BASE: dict[str, Any] = {
    "id": "A.01",
    "type": "single",
    "text": {"en": "How many?", "fr": "Combien ?"},
    "options": [
        {"id": "few", "text": {"en": "Few", "fr": "Peu"}},
        {"id": "many", "text": {"en": "Many", "fr": "Beaucoup"}},
    ],
    "show_if": {"question": "A.00", "==": "yes"},
}


def edited(**changes: object) -> dict[str, Any]:
    """The base with ``text__fr="…"`` or ``options__few__text__en="…"`` set."""
    content = deepcopy(BASE)
    for path, value in changes.items():
        *steps, last = path.split("__")
        inner: Any = content
        for step in steps:
            inner = (
                next(each for each in inner if each["id"] == step)
                if isinstance(inner, list)
                else inner[step]
            )
        inner[last] = value
    return content


def test_different_fields_of_the_same_part_are_joined() -> None:
    merged = merge(BASE, edited(text__fr="Combien en tout ?"), edited(options__few__text__en="1"))
    assert merged.clashes == ()
    assert merged.content["text"] == {"en": "How many?", "fr": "Combien en tout ?"}
    assert merged.content["options"][0]["text"] == {"en": "1", "fr": "Peu"}


def test_the_same_field_is_a_clash_that_shows_both() -> None:
    merged = merge(BASE, edited(text__en="How much?"), edited(text__en="How often?"))
    (clash,) = merged.clashes
    assert (clash.field, clash.base) == ("text/en", "How many?")
    assert (clash.mine, clash.theirs) == ("How much?", "How often?")


def test_the_same_edit_twice_is_no_clash() -> None:
    same = edited(text__en="How much?")
    assert merge(BASE, same, deepcopy(same)) == merge(BASE, BASE, same)


def test_a_condition_is_not_mixed_from_two() -> None:
    merged = merge(
        BASE,
        edited(show_if={"question": "A.00", "==": "no"}),
        edited(show_if={"question": "B.00", "==": "yes"}),
    )
    assert [clash.field for clash in merged.clashes] == ["show_if"]


def test_options_added_by_both_are_all_there() -> None:
    mine = edited(options=[*BASE["options"], {"id": "all", "text": {"en": "All"}}])
    theirs = edited(options=[{"id": "none", "text": {"en": "None"}}, *BASE["options"]])
    merged = merge(BASE, mine, theirs)
    assert merged.clashes == ()
    assert [option["id"] for option in merged.content["options"]] == ["none", "few", "many", "all"]


def test_an_option_that_one_removed_while_the_other_reworded_it_is_a_clash() -> None:
    removed, reworded = edited(options=BASE["options"][1:]), edited(options__few__text__en="1–9")
    for mine, theirs in ((removed, reworded), (reworded, removed)):
        (clash,) = merge(BASE, mine, theirs).clashes
        assert clash.field == "options/few"


def test_an_option_that_one_removed_is_gone_if_nobody_touched_it() -> None:
    merged = merge(BASE, edited(options=BASE["options"][1:]), edited(text__en="How much?"))
    assert merged.clashes == ()
    assert [option["id"] for option in merged.content["options"]] == ["many"]
    assert not any("few" in field for field in flatten(merged.content))


def test_what_differs_is_named_field_by_field() -> None:
    assert changed_fields(BASE, edited(text__fr="Combien ?!", options__few__text__en="1")) == (
        "text/fr",
        "options/few/text/en",
    )


ORDERS = st.lists(st.sampled_from("abcdefg"), unique=True)


@given(base=ORDERS, mine=ORDERS, theirs=ORDERS)
def test_a_joined_order_holds_what_either_added_and_not_what_either_removed(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    joined = merge_order(base, mine, theirs)
    assert len(joined) == len(set(joined))
    added = (set(mine) | set(theirs)) - set(base)
    kept = set(base) & set(mine) & set(theirs)
    assert set(joined) == added | kept
