"""Minutes: written by two at once, corrected, agreed, contested, and by name only if released."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.db import Database, Session
from portal.core.errors import NotNow, Refused
from portal.core.mail import OutboxMail
from portal.core.merging import merge
from portal.identity.actor import Actor
from portal.meeting import operations_corrections as corrections
from portal.meeting import operations_minutes as minutes
from portal.meeting.models_minutes import Correction, MinutesEntry
from portal.meeting.operations_corrections import Wish
from portal.meeting.operations_minutes import Entry, TextClash
from portal.meeting.queries_minutes import MinutesPage, minutes_page
from tests import factories
from tests.meeting.builders import World, acts, held, registered_world

WORDS = "We audit the first tier.\nThe second tier is open."


@dataclass
class Draft:
    """Minutes with a passage of the supplier; ``at`` is when they are written."""

    made: World
    entry: MinutesEntry
    at: datetime

    @property
    def meeting_id(self) -> UUID:
        """The session's."""
        return self.made.meeting.id

    @property
    def company(self) -> UUID:
        """The supplier's."""
        return factories.own(self.made.supplier)


def drafted(session: Session, now: datetime) -> Draft:
    """The session was held and its minutes are begun."""
    made = registered_world(session, now=now, released=False)
    held(session, made)
    at = made.meeting.ends_at + timedelta(days=1)
    minutes.draft_minutes(session, made.co_buyer, made.meeting.id, now=at)
    wanted = Entry(text=WORDS, organisation_id=factories.own(made.supplier))
    entry = minutes.add_entry(
        session, made.co_buyer, made.meeting.id, made.items[0].id, wanted, now=at
    )
    return Draft(made, entry, at)


def circulated(session: Session, now: datetime) -> Draft:
    """The minutes go round."""
    draft = drafted(session, now)
    minutes.circulate(session, draft.made.lead, draft.meeting_id, now=draft.at)
    return draft


def asked(session: Session, draft: Draft, actor: Actor, wanted: str = "No.") -> Correction:
    """A correction is wanted by the actor's organisation."""
    wish = Wish(
        agenda_item_id=draft.made.items[0].id, entry_id=draft.entry.id, wanted=wanted, why="Not so."
    )
    return corrections.ask_correction(
        session, actor, draft.meeting_id, factories.own(actor), wish, now=draft.at
    )


def page(session: Session, draft: Draft, actor: Actor) -> MinutesPage:
    """The minutes as the actor sees them."""
    return minutes_page(session, actor, draft.made.dialogue.id, draft.meeting_id, now=draft.at)


@pytest.mark.parametrize(
    ("mine", "theirs", "joined"),
    [
        ("A\nb\nc", "a\nb\nC", "A\nb\nC"),
        ("A\nb\nc", "a\nB\nc", "A\nB\nc"),
        ("a\nb\nc\nd", "A\nb\nc", "A\nb\nc\nd"),
        ("a\nc", "a\nb\nc\nd", "a\nc\nd"),
        ("a\nb\nc", "x", "x"),
        ("A\nb\nc", "A\nb\nc", "A\nb\nc"),
        ("A\nb\nc", "X\nb\nc", None),
        ("a\nb\nc\nd", "a\nb\nc\ne", None),
        ("a\nc", "a\nB\nc", None),
        ("a\nb\nx\nc", "z", None),
    ],
)
def test_two_edits_are_joined_or_left_to_a_person(
    mine: str, theirs: str, joined: str | None
) -> None:
    for one, other in ((mine, theirs), (theirs, mine)):
        assert merge("a\nb\nc", one, other) == joined


def test_what_two_type_on_one_passage_is_joined_and_nothing_is_lost(
    session: Session, now: datetime
) -> None:
    draft = drafted(session, now)
    save = minutes.save_entry
    mine = Entry(text="We audit all.\nThe second tier is open.", organisation_id=draft.company)
    theirs = Entry(text="We audit the first tier.\nMore later.", organisation_id=draft.company)
    clashing = Entry(text="Nothing.\nAt all.", organisation_id=draft.company)
    save(session, draft.made.lead, draft.entry.id, theirs, version=1, now=draft.at)
    save(session, draft.made.secretariat, draft.entry.id, mine, version=1, now=draft.at)
    assert draft.entry.text == "We audit all.\nMore later."
    with pytest.raises(TextClash) as clash:
        save(session, draft.made.co_buyer, draft.entry.id, clashing, version=2, now=draft.at)
    assert (clash.value.mine, clash.value.theirs) == ("Nothing.\nAt all.", draft.entry.text)
    save(session, draft.made.co_buyer, draft.entry.id, clashing, version=3, now=draft.at)
    assert draft.entry.text == "Nothing.\nAt all."
    with pytest.raises(Refused):
        save(session, draft.made.lead, draft.entry.id, mine, version=9, now=draft.at)
    with pytest.raises(NotNow, match="meanwhile"):
        minutes.remove_entry(session, draft.made.lead, draft.entry.id, version=3, now=draft.at)
    minutes.remove_entry(session, draft.made.lead, draft.entry.id, version=4, now=draft.at)
    rows = acts(session, draft.made.dialogue.id, "minutes_entry")
    assert [row.act for row in rows] == [
        "minutes_added",
        *["minutes_changed"] * 3,
        "minutes_removed",
    ]
    assert rows[-1].details["text"] == "Nothing.\nAt all."


def test_two_who_save_at_the_same_time_keep_both_lines(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        draft = drafted(session, now)
    texts = ("We audit all.\nThe second tier is open.", "We audit the first tier.\nMore later.")

    def save(text: str) -> None:
        with database.transaction() as session:
            wanted = Entry(text=text, organisation_id=draft.company)
            minutes.save_entry(
                session, draft.made.lead, draft.entry.id, wanted, version=1, now=draft.at
            )

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(save, texts))
    with database.session(writes=False) as session:
        found = session.get_one(MinutesEntry, draft.entry.id)
        assert (found.text, found.version) == ("We audit all.\nMore later.", 3)


def test_only_those_who_draft_write_and_read_the_draft(session: Session, now: datetime) -> None:
    draft = drafted(session, now)
    made = draft.made
    item = made.items[0].id
    for actor in (made.reader, made.observer, made.supplier, made.rival):
        with pytest.raises(Refused):
            minutes.add_entry(session, actor, draft.meeting_id, item, Entry(text="x"), now=draft.at)
        with pytest.raises(Refused):
            minutes.save_entry(
                session, actor, draft.entry.id, Entry(text="x"), version=1, now=draft.at
            )
        with pytest.raises(Refused):
            minutes.remove_entry(session, actor, draft.entry.id, version=1, now=draft.at)
        with pytest.raises(Refused):
            page(session, draft, actor)
    minutes.circulate(session, made.lead, draft.meeting_id, now=draft.at)
    with pytest.raises(NotNow, match="no draft"):
        minutes.save_entry(
            session, made.lead, draft.entry.id, Entry(text="x"), version=1, now=draft.at
        )
    with pytest.raises(Refused):
        page(session, draft, made.reader)
    assert page(session, draft, made.contributor).voices == []
    mails = session.scalars(
        select(OutboxMail.recipient).where(OutboxMail.subject.contains("please read them"))
    ).all()
    assert {made.supplier.email, made.contributor.email, made.observer.email} <= set(mails)
    assert made.reader.email not in mails


def test_a_company_is_named_only_with_words_that_it_released(
    session: Session, now: datetime
) -> None:
    draft = circulated(session, now)
    made = draft.made

    def name(actor: Actor) -> tuple[str, str]:
        (entry,) = page(session, draft, actor).points[0].entries
        return entry.speaker, entry.name

    assert name(made.rival) == name(made.observer) == ("supplier", "")
    assert name(made.contributor) == name(made.lead) == ("supplier", "Northern Laptops")
    for actor in (made.admin, made.rival, made.lead, made.secretariat):
        with pytest.raises(Refused):
            corrections.release_words(
                session, actor, draft.entry.id, version=1, releases=True, now=draft.at
            )
    with pytest.raises(NotNow):
        corrections.release_words(
            session, made.supplier, draft.entry.id, version=2, releases=True, now=draft.at
        )
    corrections.release_words(
        session, made.supplier, draft.entry.id, version=1, releases=True, now=draft.at
    )
    assert name(made.rival) == ("supplier", "Northern Laptops")
    wish = asked(session, draft, made.rival)
    corrections.accept_correction(session, made.lead, wish.id, "No.", version=1, now=draft.at)
    assert name(made.rival) == ("supplier", "")
    assert acts(session, made.dialogue.id, "minutes_entry")[1].act == "words_released"


@dataclass(frozen=True)
class Deciding:
    """The acts on a correction, so that a test can go through who and when."""

    session: Session
    at: datetime

    def accept(self, actor: Actor, row: Correction) -> None:
        """Take it over."""
        corrections.accept_correction(self.session, actor, row.id, "No.", version=1, now=self.at)

    def reject(self, actor: Actor, row: Correction) -> None:
        """Say why not."""
        corrections.reject_correction(self.session, actor, row.id, "It was so.", now=self.at)

    def contest(self, actor: Actor, row: Correction, days: int = 0) -> None:
        """Annex a position."""
        when = self.at + timedelta(days=days)
        corrections.contest(self.session, actor, row.id, "We differ.", now=when)


def test_a_correction_is_asked_decided_and_contested_in_this_order_only(
    session: Session, now: datetime
) -> None:
    draft = circulated(session, now)
    made, on = draft.made, Deciding(session, draft.at)
    accepted, rejected = asked(session, draft, made.admin), asked(session, draft, made.rival)
    with pytest.raises(NotNow):
        on.contest(made.rival, rejected)
    on.accept(made.lead, accepted)
    on.reject(made.secretariat, rejected)
    for row in (accepted, rejected):
        for decide in (on.accept, on.reject):
            with pytest.raises(NotNow):
                decide(made.lead, row)
    with pytest.raises(NotNow, match="over"):
        on.contest(made.rival, rejected, days=10)
    on.contest(made.rival, rejected)
    with pytest.raises(NotNow):
        on.contest(made.rival, rejected)
    assert [
        (row.act, row.details["from"], row.details["to"])
        for row in acts(session, made.dialogue.id, "correction")
    ] == [
        ("correction_asked", "", "asked"),
        ("correction_asked", "", "asked"),
        ("correction_accepted", "asked", "accepted"),
        ("correction_rejected", "asked", "rejected"),
        ("correction_contested", "rejected", "contested"),
    ]
    assert page(session, draft, made.supplier).positions == []
    over = draft.at + timedelta(days=10)
    minutes.end_circulation(session, made.lead, draft.meeting_id, now=over)
    assert made.meeting.state == "contested"
    (position,) = page(session, draft, made.supplier).positions
    assert (position.name, position.correction.position) == ("", "We differ.")
    with pytest.raises(NotNow):
        asked(session, draft, made.admin)


def test_who_may_not_ask_decide_or_contest_is_refused(session: Session, now: datetime) -> None:
    draft = circulated(session, now)
    made, on = draft.made, Deciding(session, draft.at)
    wish = asked(session, draft, made.rival)
    tried: list[tuple[Actor, Callable[[Actor], object]]] = [
        *(
            (actor, lambda who: asked(session, draft, who))
            for actor in (made.reader, made.observer, made.contributor)
        ),
        *(
            (actor, partial(decide, row=wish))
            for actor in (made.co_buyer, made.reader, made.observer, made.supplier, made.rival)
            for decide in (on.accept, on.reject)
        ),
    ]
    for actor, act in tried:
        with pytest.raises(Refused):
            act(actor)
    on.reject(made.lead, wish)
    for actor in (made.supplier, made.lead, made.observer):
        with pytest.raises(Refused):
            on.contest(actor, wish)


def test_minutes_end_early_only_when_everybody_has_agreed_to_the_same_text(
    session: Session, now: datetime
) -> None:
    draft = circulated(session, now)
    made, at = draft.made, draft.at
    speaking = (made.supplier, made.rival, made.lead, made.co_buyer)

    def agree(actor: Actor) -> None:
        corrections.agree_with_minutes(
            session, actor, draft.meeting_id, factories.own(actor), now=at
        )

    def end(when: datetime = at) -> None:
        minutes.end_circulation(session, made.secretariat, draft.meeting_id, now=when)

    for actor in (made.contributor, made.observer, made.reader):
        with pytest.raises(Refused):
            agree(actor)
    for actor in speaking[:-1]:
        agree(actor)
    with pytest.raises(NotNow, match="not everybody has agreed"):
        end()
    wish = asked(session, draft, made.co_buyer)
    with pytest.raises(NotNow, match="not decided"):
        agree(made.co_buyer)
    with pytest.raises(NotNow, match="wait for a correction"):
        end(at + timedelta(days=30))
    corrections.accept_correction(session, made.lead, wish.id, "Yes.", version=1, now=at)
    for actor in speaking:
        with pytest.raises(NotNow, match="not everybody has agreed"):
            end()
        agree(actor)
    end()
    assert made.meeting.state == "final"
    assert page(session, draft, made.reader).points[0].entries[0].text == "Yes."


def test_a_late_rejection_leaves_three_days_to_answer(session: Session, now: datetime) -> None:
    draft = circulated(session, now)
    made = draft.made
    wish = asked(session, draft, made.rival)
    late = draft.at + timedelta(days=9, hours=23)
    corrections.reject_correction(session, made.lead, wish.id, "It was so.", now=late)
    over = draft.at + timedelta(days=10)
    assert not minutes.end_overdue_circulation(session, draft.meeting_id, now=over)
    corrections.contest(session, made.rival, wish.id, "We differ.", named=True, now=over)
    assert minutes.end_overdue_circulation(session, draft.meeting_id, now=over)
    (position,) = page(session, draft, made.supplier).positions
    assert position.name == "Southern Screens"


def test_a_correction_accepted_late_leaves_three_days_to_read_it(
    session: Session, now: datetime
) -> None:
    draft = circulated(session, now)
    made = draft.made
    wish = asked(session, draft, made.rival)
    over = draft.at + timedelta(days=10)
    corrections.accept_correction(session, made.lead, wish.id, "No.", version=1, now=over)
    assert not minutes.end_overdue_circulation(session, draft.meeting_id, now=over)
    ends_at = over + timedelta(days=3)
    assert made.meeting.circulation_ends_at == ends_at
    query = select(OutboxMail.body).where(OutboxMail.subject.contains("were corrected"))
    assert all("Until " in body for body in session.scalars(query))
    company = factories.own(made.supplier)
    corrections.agree_with_minutes(session, made.supplier, draft.meeting_id, company, now=over)
    assert minutes.end_overdue_circulation(session, draft.meeting_id, now=ends_at)


def test_who_spoke_is_not_reverted_by_somebody_who_did_not_see_it_change(
    session: Session, now: datetime
) -> None:
    draft = drafted(session, now)
    made, save = draft.made, minutes.save_entry
    theirs = Entry(text=WORDS, organisation_id=factories.own(made.rival))
    mine = Entry(text=f"{WORDS}\nMore later.", organisation_id=draft.company)
    save(session, made.lead, draft.entry.id, theirs, version=1, now=draft.at)
    with pytest.raises(TextClash) as clash:
        save(session, made.co_buyer, draft.entry.id, mine, version=1, now=draft.at)
    assert (clash.value.mine, clash.value.version) == (mine.text, 2)
    assert draft.entry.organisation_id == factories.own(made.rival)
    save(session, made.co_buyer, draft.entry.id, mine, version=2, now=draft.at)
    assert draft.entry.organisation_id == draft.company
