"""A company that takes part and has not begun finds where to begin."""

import pytest
from flask import Flask

from portal.core.clock import now as this_instant
from portal.identity.roles import Role
from tests import factories
from tests.blueprints.visitors import database_of, signed_in


@pytest.mark.parametrize("role", [Role.SUPPLIER_ADMIN, Role.SUPPLIER_SIGNATORY])
def test_a_company_that_has_not_begun_begins_from_its_list(app: Flask, role: Role) -> None:
    with database_of(app).transaction() as session:
        made = factories.published(session, now=this_instant())
        actor = factories.member(session, made, role, now=this_instant())
    client = signed_in(app, actor)
    page = client.get("/responses")
    assert "Begin our answers" in page.text
    tasks = client.follow(client.submit(page, "/begin"))
    assert "Not started" in tasks.text
    assert "Begin our answers" not in client.get("/responses").text


def test_a_contributor_waits_for_a_colleague_to_begin(app: Flask) -> None:
    with database_of(app).transaction() as session:
        made = factories.published(session, now=this_instant())
        actor = factories.member(session, made, Role.SUPPLIER_CONTRIBUTOR, now=this_instant())
    page = signed_in(app, actor).get("/responses")
    assert "Begin our answers" not in page.text
