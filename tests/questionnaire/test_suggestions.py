"""Suggested wordings of a draft and what becomes of them."""

from datetime import datetime

import pytest

from portal.core.db import Session
from portal.core.errors import Invalid, NotNow, Refused
from portal.dialogue.models import Dialogue
from portal.identity.actor import ANYONE, Actor
from portal.identity.roles import Role
from portal.questionnaire.loader import from_json
from portal.questionnaire.operations_editing import Editor, retire
from portal.questionnaire.operations_review import (
    WORDING_LENGTH,
    accept_suggestion,
    reopen_comment,
    resolve,
    suggest,
)
from portal.questionnaire.queries_editing import changes
from portal.questionnaire.suggesting import text_fields
from tests import factories
from tests.questionnaire.answers import TYPES
from tests.questionnaire.reviews import POLICY, Desk, acts


def test_an_accepted_suggestion_is_the_drafts_wording_and_a_change(
    desk: Desk, session: Session, observer: Actor, lead: Actor
) -> None:
    made = desk.suggests(observer, "Do you have a written policy?")
    assert (made.before, made.body) == ("Do you have a policy?", "Shorter.")
    (thread,) = desk.threads(observer)
    assert thread.suggestion is not None
    assert thread.suggestion.applies
    assert (thread.may_settle, thread.may_decide) == (True, False)
    desk.accepts(lead, made)
    assert desk.wording() == "Do you have a written policy?"
    newest = changes(session, desk.version.id)[0]
    assert (newest.act, newest.subject, newest.fields) == ("accepted", POLICY, ("text/en",))
    (thread,) = desk.threads(observer)
    assert thread.suggestion is not None
    assert (thread.suggestion.outcome, thread.is_open) == ("accepted", False)
    assert acts(desk) == ["suggested", "suggestion_accepted"]


def test_a_wording_that_is_missing_can_be_suggested(desk: Desk, lead: Actor) -> None:
    question = "question:A.02"
    made = suggest(
        desk.session,
        lead,
        desk.version.id,
        question,
        field="hint/fr",
        after="Un lien suffit.",
        organisation_id=factories.own(lead),
        now=desk.now,
    )
    desk.accepts(lead, made)
    assert made.before == ""
    assert text_fields(from_json(desk.version.definition), question)["hint/fr"] == "Un lien suffit."


def test_a_suggestion_for_a_wording_that_changed_meanwhile_stays_open(
    desk: Desk, lead: Actor
) -> None:
    made = desk.suggests(lead, "A policy?")
    desk.rewords(lead, "Has your board approved a policy?")
    (thread,) = desk.threads(lead)
    assert thread.suggestion is not None
    assert not thread.suggestion.applies
    with pytest.raises(Invalid, match="has changed since this was suggested"):
        desk.accepts(lead, made)
    assert made.outcome == ""
    assert desk.wording() == "Has your board approved a policy?"
    assert [each.is_open for each in desk.threads(lead)] == [True]


def test_a_suggestion_for_a_retired_question_cannot_be_accepted_but_read(
    desk: Desk, session: Session, lead: Actor, now: datetime
) -> None:
    made = desk.suggests(lead, "A policy?")
    desk.says(lead, "Is this needed?")
    editor = Editor(factories.own(lead), desk.version.revision)
    retire(session, lead, desk.version.id, POLICY, editor=editor, now=now)
    with pytest.raises(Invalid, match="not in the draft any more"):
        desk.accepts(lead, made)
    assert [thread.is_retired for thread in desk.threads(lead)] == [True, True]
    desk.declines(lead, made, "Retired.")


@pytest.mark.parametrize(
    ("field", "after", "sentence"),
    [
        ("text/en", " Do you have  a policy? ", "the wording already"),
        ("text/en", "  ", "Write the wording"),
        ("text/en", "x" * (WORDING_LENGTH + 1), "shorten it"),
        ("text/xx", "Politik?", "Only texts"),
        ("type", "yes_no", "Only texts"),
        ("minutes", "3", "Only texts"),
        ("id", "A.99", "Only texts"),
        ("options/x/text/en", "X", "Only texts"),
    ],
)
def test_what_cannot_be_suggested_is_said(
    desk: Desk, lead: Actor, field: str, after: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence):
        desk.suggests(lead, after, field)
    assert desk.threads(lead) == []


def test_the_order_has_no_wording() -> None:
    assert text_fields(TYPES, "order") == {}
    assert text_fields(TYPES, "question:Z.99") == {}


def test_texts_are_found_wherever_they_stand() -> None:
    head, levels = text_fields(TYPES, "head"), text_fields(TYPES, "question:A.03")
    assert head["instruments/ungp/title/fr"] == "Principes directeurs de l'ONU"
    assert head["segments/small/text/en"] == "Small companies"
    assert levels["anchors/1/fr"] == "Prévue."
    assert levels["hint/en"] == ""
    assert text_fields(TYPES, "section:B")["why/fr"] == ""
    assert not {"id", "type", "version", "name"} & (head.keys() | levels.keys())


def test_only_editors_accept_and_only_for_their_organisation(
    desk: Desk, observer: Actor, lead: Actor, second: Actor, now: datetime
) -> None:
    session, made = desk.session, desk.suggests(observer, "A policy?")
    with pytest.raises(Refused):
        desk.accepts(observer, made)
    with pytest.raises(Refused):
        accept_suggestion(session, lead, made.id, organisation_id=factories.own(second), now=now)
    with pytest.raises(Refused):
        accept_suggestion(session, ANYONE, made.id, organisation_id=factories.own(lead), now=now)


def test_a_remark_is_neither_accepted_nor_declined_and_a_suggestion_not_resolved(
    desk: Desk, session: Session, lead: Actor, now: datetime
) -> None:
    remark, made = desk.says(lead, "Whose?"), desk.suggests(lead, "A policy?")
    with pytest.raises(Refused):
        desk.accepts(lead, remark)
    with pytest.raises(Refused):
        desk.declines(lead, remark, "No.")
    with pytest.raises(Invalid, match="accepted or declined"):
        resolve(session, lead, made.id, now=now)


def test_who_declines_says_why(desk: Desk, observer: Actor, lead: Actor) -> None:
    made = desk.suggests(observer, "A policy?")
    with pytest.raises(Invalid, match="Say why") as refused:
        desk.declines(lead, made, " ")
    assert set(refused.value.fields) == {"reason"}
    desk.declines(lead, made, "Too short.")
    (thread,) = desk.threads(observer)
    assert thread.suggestion is not None
    assert thread.suggestion.outcome == "declined"
    assert [reply.body for reply in thread.replies] == ["Too short."]
    with pytest.raises(NotNow, match="decided on this suggestion already"):
        desk.accepts(lead, made)
    assert acts(desk) == ["suggested", "replied", "suggestion_declined"]


def test_authors_take_their_suggestion_back_without_a_reason(
    desk: Desk, session: Session, dialogue: Dialogue, observer: Actor, now: datetime
) -> None:
    reader = factories.member(session, dialogue, Role.BUYER_READER, now=now)
    made = desk.suggests(observer, "A policy?")
    with pytest.raises(Refused):
        desk.declines(reader, made, "I do not like it.")
    desk.declines(observer, made, "")
    assert made.outcome == "declined"


def test_a_declined_suggestion_can_be_taken_up_again_an_accepted_one_not(
    desk: Desk, session: Session, lead: Actor, now: datetime
) -> None:
    made = desk.suggests(lead, "A policy?")
    desk.declines(lead, made, "Too short.")
    reopen_comment(session, lead, made.id, now=now)
    desk.accepts(lead, made)
    assert desk.wording() == "A policy?"
    with pytest.raises(NotNow, match="is in the draft"):
        reopen_comment(session, lead, made.id, now=now)
