"""Last year's answers are brought along: what a second response takes, beside the first."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.core.clock import now
from portal.core.db import Database
from portal.dialogue import operations as dialogues
from portal.dialogue.queries import load_actor
from portal.identity.actor import SYSTEM
from portal.identity.models import Person
from portal.identity.roles import Role
from portal.response.models import Response, Submission
from tests import factories
from tests.journeys.browser import Reader
from tests.journeys.filling import Filler
from tests.journeys.test_small_company import begin
from tests.questionnaire.answers import FLAGSHIP

FEWER = 5
"""How many times fewer fields must be typed in a second response."""


def next_round(database: Database, first: Filler) -> Filler:
    """The same person of the same company in a dialogue of the next year, just begun."""
    with database.transaction() as session:
        before = session.get_one(Response, first.response_id)
        made = factories.published(session, path=FLAGSHIP, now=now(), short_name="next-year")
        signed_by = select(Submission.signed_by).where(Submission.response_id == before.id)
        person = session.get_one(Person, session.scalars(signed_by).one())
        dialogues.grant_role(
            session,
            SYSTEM,
            made.id,
            organisation_id=before.organisation_id,
            email=person.email,
            name=person.name,
            role=Role.SUPPLIER_SIGNATORY,
            now=now(),
        )
        response = factories.response(session, made, load_actor(session, person.id), now=now())
    return Filler(first.page, first.address, response.id, first.questionnaire, first.plan, database)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_second_response_takes_a_fifth_of_the_typing_at_most(
    new_reader: Callable[..., Reader], database: Database
) -> None:
    first = begin(database, new_reader(), "this-year")
    first.fill_everything()
    first.sign("Cora Corner")
    second = next_round(database, first)
    bring_along(second)
    second.fill_everything()
    second.sign("Cora Corner")
    assert second.state() == "submitted"
    for name, effort in (("first", first.effort), ("second", second.effort)):
        print(  # noqa: T201
            f"{name} response: {effort.fields} fields, {effort.clicks} clicks, "
            f"{effort.seconds:.0f} s"
        )
    assert second.effort.fields * FEWER <= first.effort.fields
    assert second.effort.clicks < first.effort.clicks


def bring_along(filler: Filler) -> None:
    """Take what every source holds, look at each section, and confirm what it suggests."""
    filler.open("/sources")
    takes = filler.page.locator("main form[action$='/sources'] button")
    while takes.count():
        filler.press(takes.first)
    for section in filler.questionnaire.sections:
        filler.open(f"/sections/{section.id}")
        confirm = filler.page.locator("button[name=confirm][value='*']")
        if confirm.count():
            filler.press(confirm.first)
