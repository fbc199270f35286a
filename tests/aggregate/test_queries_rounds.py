"""Which earlier releases a reader may compare a release with, and in whose figures."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.aggregate.models import Release
from portal.aggregate.policy import Audience
from portal.aggregate.queries_rounds import earlier_releases, named, rounds
from portal.core.db import Session
from portal.core.errors import Refused
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM, Actor
from portal.identity.roles import Role
from portal.questionnaire import operations as questionnaires
from tests import factories
from tests.aggregate.rounds import CUT_OFF, SMALL, column, stored

FIGURES = {"B.01": {"all": column(20, yes=10, partly=5, no=5)}}
EVERYBODY = dict.fromkeys(Audience, FIGURES)
A_YEAR = timedelta(days=365)


def offered(session: Session, actor: Actor, release: Release, *public: Release) -> list[str]:
    found = earlier_releases(session, actor, release, made_public=[each.id for each in public])
    return [f"{each.name} {each.audience}" for each in found]


def also(session: Session, actor: Actor, dialogue: Dialogue, role: Role, now: datetime) -> Actor:
    """The same person with a role in another dialogue."""
    assert actor.person_id is not None
    dialogues.grant_role(
        session,
        SYSTEM,
        dialogue.id,
        organisation_id=factories.own(actor),
        email=actor.email,
        name=actor.name,
        role=role,
        now=now,
    )
    return load_actor(session, actor.person_id)


def test_earlier_releases_of_the_dialogue_are_offered_newest_first(
    session: Session, now: datetime
) -> None:
    made = factories.published(session, now=now, short_name="laptops")
    first, second, third = (
        stored(session, made, EVERYBODY, number=n, cut_off=CUT_OFF + n * A_YEAR) for n in (1, 2, 3)
    )
    buyer = factories.member(session, made, Role.BUYER_READER, now=now)
    assert offered(session, buyer, third) == ["laptops/2 buyer", "laptops/1 buyer"]
    assert offered(session, buyer, second) == ["laptops/1 buyer"]
    assert offered(session, buyer, first) == []
    supplier = factories.supplier(session, made, now=now)
    assert offered(session, supplier, second) == ["laptops/1 supplier"]
    assert (
        offered(
            session,
            factories.member(
                session, factories.dialogue(session, now=now), Role.LEAD_BUYER, now=now
            ),
            second,
        )
        == []
    )


def test_another_dialogues_release_is_offered_in_what_may_be_read_of_both(
    session: Session, now: datetime
) -> None:
    before = factories.published(session, now=now, short_name="pilot")
    made = factories.published(session, now=now, short_name="laptops")
    pilot = stored(session, before, EVERYBODY, cut_off=CUT_OFF - A_YEAR)
    release = stored(session, made, EVERYBODY)
    buyer = factories.member(session, made, Role.LEAD_BUYER, now=now)
    assert offered(session, buyer, release) == []
    assert offered(session, buyer, release, pilot) == ["pilot/1 public"]
    observer = factories.member(session, made, Role.OBSERVER, now=now)
    observer = also(session, observer, before, Role.OBSERVER, now)
    assert offered(session, observer, release) == ["pilot/1 supplier"]
    both = also(session, buyer, before, Role.BUYER_READER, now)
    assert offered(session, both, release) == ["pilot/1 buyer"]
    (earlier,) = earlier_releases(session, both, release, made_public=())
    now_read, before_read, same = rounds(session, both, release, earlier, "en")
    assert now_read.reading.document.dialogue == "laptops"
    assert before_read.reading.document.dialogue == "pilot"
    assert same["B.01"].sources == ("B.01",)
    assert not same["B.01"].differs
    assert named([earlier], "pilot/1") is earlier
    with pytest.raises(Refused):
        named([earlier], "pilot/2")


def test_an_audience_without_a_document_is_passed_over(session: Session, now: datetime) -> None:
    made = factories.published(session, now=now, short_name="laptops")
    stored(session, made, {Audience.PUBLIC: FIGURES, Audience.BUYER: FIGURES})
    second = stored(
        session,
        made,
        {Audience.PUBLIC: FIGURES, Audience.SUPPLIER: FIGURES},
        number=2,
        cut_off=CUT_OFF + A_YEAR,
    )
    buyer = factories.member(session, made, Role.LEAD_BUYER, now=now)
    assert offered(session, buyer, second) == ["laptops/1 public"]


def test_a_questionnaire_of_another_name_counts_if_it_asks_much_the_same(
    session: Session, now: datetime
) -> None:
    before = factories.published(session, now=now, short_name="pilot")
    stored(session, before, EVERYBODY, cut_off=CUT_OFF - A_YEAR)
    names = []
    for name, sections in (("copied", SMALL.sections[:2]), ("other", SMALL.sections[2:])):
        made = factories.dialogue(session, now=now, short_name=name)
        lead = factories.member(session, made, Role.LEAD_BUYER, now=now)
        conditions_gone = tuple(replace(each, show_if=None) for each in sections)
        draft = replace(SMALL, name=name, segments=(), sections=conditions_gone)
        if name == "other":
            only = conditions_gone[0].questions[0]
            draft = replace(
                draft,
                sections=(
                    replace(conditions_gone[0], questions=(replace(only, text={"en": "New?"}),)),
                ),
            )
        factories.approve(session, made, lead, draft, now=now)
        questionnaires.publish(session, lead, made.id, now=now)
        release = stored(session, made, EVERYBODY)
        names.append(offered(session, also(session, lead, before, Role.CO_BUYER, now), release))
    assert names == [["pilot/1 buyer"], []]
