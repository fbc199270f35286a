"""A small reseller answers the whole flagship questionnaire without ever running a script."""

from collections.abc import Callable

import pytest

from portal.commands.demo_data.answers import plan
from portal.commands.demo_data.companies import Company
from portal.core.clock import now
from portal.core.db import Database
from portal.identity.operations import make_link
from tests import factories
from tests.journeys.browser import Reader
from tests.journeys.filling import Filler
from tests.questionnaire.answers import FLAGSHIP, ICT

RESELLER = Company(
    name="Corner Computers",
    slug="corner-computers",
    country="NL",
    language="en",
    kind="seller",
    level="average",
    roles=("reseller",),
    products=("laptop",),
    headcount="1_49",
)


def begin(database: Database, person: Reader, short_name: str) -> Filler:
    """A supplier's signatory who has opened the sign-in link and begun to answer."""
    with database.transaction() as session:
        made = factories.published(session, path=FLAGSHIP, now=now(), short_name=short_name)
        signatory = factories.supplier(session, made, now=now())
        response = factories.response(session, made, signatory, now=now())
        assert signatory.person_id is not None
        link = f"/sign-in/link/{make_link(session, signatory.person_id, now=now())}"
    person.page.goto(person.address + link)
    with person.page.expect_navigation():
        person.page.locator("main button").first.click()
    planned = plan(ICT, RESELLER, seed=1)
    return Filler(person.page, person.address, response.id, ICT, planned, database)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_supplier_without_scripts_finishes_the_path_of_a_small_company(
    new_reader: Callable[..., Reader], database: Database
) -> None:
    person = new_reader(scripts=False)
    filler = begin(database, person, "small")
    filler.fill_everything()
    filler.sign("Cora Corner")
    assert filler.state() == "submitted"
    effort = filler.effort
    print(f"without scripts: {effort.fields} fields, {effort.clicks} clicks")  # noqa: T201
