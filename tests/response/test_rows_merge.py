"""Two people change rows of one table: what was acknowledged stays, what collides is told."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.response.row_merge import MergedRows, Row, RowEdits, merge_rows

Cells = dict[str, Any]
BASE: list[Cells] = [{"id": n, "name": f"Site {n}", "country": "BE"} for n in range(4)]


def changed(row: Cells, **cells: object) -> Cells:
    return {**row, **cells}


def test_rows_that_different_people_changed_are_all_kept() -> None:
    theirs = [BASE[0], changed(BASE[1], name="Riga"), BASE[2], BASE[3], {"id": 9, "name": "New"}]
    mine = RowEdits(
        changed={2: changed(BASE[2], name="Oslo")}, removed=frozenset({0}), added={50: {"id": 8}}
    )
    merged = merge_rows(BASE, mine, theirs)
    assert not merged.conflicts
    assert [row.get("name") for row in merged.rows] == ["Riga", "Oslo", "Site 3", "New", None]
    assert merged.added_at == {50: 4}
    again = merge_rows(BASE, mine, merged.rows)
    assert (again.rows, again.conflicts) == (merged.rows, ())


def test_a_row_that_both_changed_stays_theirs_and_mine_is_given_back() -> None:
    theirs = [changed(BASE[0], name="Riga"), *BASE[1:]]
    merged = merge_rows(BASE, RowEdits(changed={0: changed(BASE[0], name="Oslo")}), theirs)
    (conflict,) = merged.conflicts
    assert merged.rows == theirs
    assert conflict.mine is not None
    assert conflict.mine["name"] == "Oslo"
    assert (conflict.theirs, conflict.place) == (theirs[0], 0)


def test_a_row_that_one_removed_and_the_other_changed_is_a_conflict_either_way() -> None:
    mine = RowEdits(changed={1: changed(BASE[1], name="Oslo")})
    (gone,) = merge_rows(BASE, mine, [BASE[0], *BASE[2:]]).conflicts
    assert (gone.theirs, gone.place) == (None, None)
    theirs = [BASE[0], changed(BASE[1], name="Riga"), *BASE[2:]]
    merged = merge_rows(BASE, RowEdits(removed=frozenset({1})), theirs)
    assert merged.rows == theirs
    assert merged.conflicts[0].mine is None


def test_a_row_still_being_typed_says_what_others_made_of_it() -> None:
    theirs = [changed(BASE[0], name="Riga"), *BASE[1:3]]
    merged = merge_rows(BASE, RowEdits(seen=frozenset({0, 1, 3})), theirs)
    assert merged.moved_on == {0: theirs[0], 3: None}


ROW = st.fixed_dictionaries({"a": st.integers(0, 3), "b": st.integers(0, 3)})


@st.composite
def edits_of(draw: st.DrawFn, rows: list[Cells]) -> RowEdits:
    places = list(range(len(rows)))
    removed = draw(st.sets(st.sampled_from(places), max_size=2)) if places else set()
    left = [place for place in places if place not in removed]
    touched = draw(st.sets(st.sampled_from(left), max_size=3)) if left else set()
    return RowEdits(
        changed={place: draw(ROW) for place in touched},
        removed=frozenset(removed),
        added={1000 + n: draw(ROW) for n in range(draw(st.integers(0, 2)))},
    )


def counted(rows: list[Any], row: Any) -> int:  # noqa: ANN401 - any JSON
    return sum(each == row for each in rows)


def told(merged: MergedRows, row: Row) -> bool:
    return any(conflict.mine == row for conflict in merged.conflicts)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_row_that_was_acknowledged_is_lost(data: st.DataObject) -> None:
    """Theirs is saved first; then mine, over the same base. The model: who typed what."""
    base = data.draw(st.lists(ROW, max_size=6))
    first = data.draw(edits_of(base))
    theirs = merge_rows(base, first, base)
    assert not theirs.conflicts
    mine = data.draw(edits_of(base))
    merged = merge_rows(base, mine, theirs.rows)
    typed = [row for place, row in mine.changed.items() if row != base[place]]
    for row in (*typed, *mine.added.values()):
        assert row in merged.rows or told(merged, row)
    touched = [base[place] for place in (*mine.removed, *mine.changed)]
    for row in (*first.changed.values(), *first.added.values()):
        kept = counted(theirs.rows, row) - counted(touched, row)
        assert counted(merged.rows, row) >= kept


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_sending_the_same_page_twice_changes_nothing_the_second_time(data: st.DataObject) -> None:
    """With rows that differ from each other; twins cannot be told apart by anybody."""
    base = [{**cells, "id": n} for n, cells in enumerate(data.draw(st.lists(ROW, max_size=6)))]
    first, mine = (told_apart(data.draw(edits_of(base)), base, tag) for tag in (100, 200))
    theirs = merge_rows(base, first, base).rows
    merged = merge_rows(base, mine, theirs)
    again = merge_rows(base, mine, merged.rows)
    assert again.rows == merged.rows


def told_apart(edits: RowEdits, base: list[Cells], tag: int) -> RowEdits:
    return RowEdits(
        changed={n: {**row, "id": base[n]["id"], "by": tag} for n, row in edits.changed.items()},
        removed=edits.removed,
        added={n: {**row, "id": n + tag} for n, row in edits.added.items()},
    )
