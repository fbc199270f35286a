"""Two who write one text at once: joined where they can be, shown to both where not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.errors import Invalid
from portal.core.merging import merge
from portal.exchange.texts import Clash
from portal.identity.roles import Role
from tests.exchange.builders import Scene

BASE = "It means companies.\nSites are asked about in C.01.\n\nAsk again if in doubt."
SENTENCE = st.sampled_from(["One. ", "Two. ", "Three! ", "Four\n", "Five?\n", "\n", "Six "])
TEXTS = st.lists(SENTENCE, max_size=8).map("".join)


def test_changes_at_different_places_are_joined() -> None:
    mine = BASE.replace("companies", "companies, not sites")
    theirs = BASE.replace("in doubt", "unsure")
    assert merge(BASE, mine, theirs) == mine.replace("in doubt", "unsure")
    assert merge(BASE, mine, BASE) == mine
    assert merge(BASE, BASE, theirs) == theirs


@pytest.mark.parametrize(
    ("base", "mine", "theirs"),
    [
        ("One. Two.", "One! Two.", "One? Two."),
        ("", "A first draft.", "Another first draft."),
        ("One. Two.", "One. New. Two.", "One. Newer. Two."),
        ("One. Two.", "Two.", "One! Two."),
    ],
)
def test_changes_at_one_place_are_for_people_to_decide(base: str, mine: str, theirs: str) -> None:
    assert merge(base, mine, theirs) is None


@settings(deadline=None)
@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_no_word_that_only_one_side_added_is_lost(base: str, mine: str, theirs: str) -> None:
    joined = merge(base, mine, theirs)
    assert merge(base, theirs, mine) == joined
    if joined is not None:
        added = (set(mine.split()) | set(theirs.split())) - set(base.split())
        assert added <= set(joined.split())


@settings(deadline=None)
@given(base=TEXTS, mine=TEXTS)
def test_who_writes_alone_gets_what_they_wrote(base: str, mine: str) -> None:
    assert merge(base, mine, base) == mine


def test_two_typists_keep_both_their_words(ours: Scene) -> None:
    item = ours.anonymise(ours.ask())
    ours.draft(item, BASE)
    begun = item.revision
    ours.draft(item, BASE.replace("companies", "companies, not sites"))
    from_other_tab = BASE.replace("in doubt", "unsure")
    ours.draft_over(item, from_other_tab, begun, by=ours[Role.SECRETARIAT])
    assert "companies, not sites" in item.answer
    assert "unsure" in item.answer


def test_the_same_words_changed_by_two_are_given_back_with_both_texts(ours: Scene) -> None:
    item = ours.anonymise(ours.ask())
    ours.draft(item, "First. Second.")
    begun = item.revision
    ours.draft(item, "First! Second.")
    before = ours.acts(item)
    with pytest.raises(Clash) as both:
        ours.draft_over(item, "First? Second.", begun, by=ours[Role.LEAD_BUYER])
    assert (both.value.mine, both.value.theirs) == ("First? Second.", "First! Second.")
    assert item.answer == "First! Second."
    assert ours.acts(item) == before
    ours.draft_over(item, "First? Second.", both.value.revision, by=ours[Role.LEAD_BUYER])
    assert item.answer == "First? Second."


def test_what_says_the_same_changes_nothing_and_leaves_no_row(ours: Scene) -> None:
    item = ours.anonymise(ours.ask())
    ours.draft(item, "First.")
    before = ours.acts(item)
    ours.draft(item, "First.")
    assert ours.acts(item) == before
    with pytest.raises(Invalid):
        ours.draft(item, " ")
