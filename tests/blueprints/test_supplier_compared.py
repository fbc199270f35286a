"""A supplier's own answers beside the released figures, online."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select

from portal.aggregate.documents import text_hash
from portal.aggregate.models import Release, ReleaseDocument
from portal.aggregate.queries_compared import compared_page
from portal.core.canonical import canonical_json
from portal.core.clock import now
from portal.identity.actor import SYSTEM
from tests import factories
from tests.aggregate import market
from tests.blueprints.secretariat_world import dialogue_named, finished
from tests.blueprints.visitors import database_of, signed_in


def released(app: Flask, path: Path = factories.SMALL) -> None:
    """A closed market of twelve with a release."""
    with database_of(app).transaction() as session:
        begun = now() - timedelta(days=40)
        made = market.market(session, market.suppliers(12), path=path, now=begun)
        market.release(session, made, at=now() - timedelta(days=1), actor=SYSTEM)


def rewrite(app: Flask, change: Callable[[dict[str, Any]], object]) -> None:
    """Put another document for suppliers in the place of the released one."""
    with database_of(app).transaction() as session:
        (stored,) = session.scalars(
            select(ReleaseDocument).where(ReleaseDocument.audience == "supplier")
        )
        content = json.loads(stored.document)
        change(content["questions"])
        market.unguarded(session, "release_document")
        stored.document = canonical_json(content)
        stored.sha256 = text_hash(stored.document)


def test_own_answers_are_marked_in_the_released_figures(app: Flask) -> None:
    released(app)
    actor, response = market.team(database_of(app))
    url = f"/responses/{response.id}"
    client = signed_in(app, actor)
    page = client.get(f"{url}/compared")
    assert "of 12 suppliers: " in page.text
    assert "your answer" in page.text
    assert f"{url}/compared" in client.get(url).links
    rewrite(app, lambda shown: [shown[key]["columns"].clear() for key in ("B.01", "B.04")])
    other = client.get(f"{url}/compared?section=B")
    assert "Not shown: there are too few answers" in other.text
    assert "You gave no answer." in other.text
    client.get(f"{url}/compared?section=Z", status=404)
    signed_in(app, market.team(database_of(app), 1)[0]).get(f"{url}/compared", status=404)


def test_numbers_are_told_only_where_they_are_released(app: Flask) -> None:
    released(app)
    actor, response = market.team(database_of(app))
    url = f"/responses/{response.id}"
    client = signed_in(app, actor)
    rewrite(app, lambda shown: shown["B.05"]["columns"]["all"].pop("numbers"))
    assert "The middle half" not in client.get(f"{url}/compared?section=B").text
    numbers = {"lower_quartile": 20.0, "median": 45.5, "upper_quartile": 70.0}
    rewrite(app, lambda shown: shown["B.05"]["columns"]["all"].update(numbers=numbers))
    text = client.get(f"{url}/compared?section=B").text
    assert "between 20 and 70 %; half are at or below 45.5 %." in text


def test_numbers_without_bands_stand_in_a_box_with_the_own_answer(
    app: Flask, tmp_path: Path
) -> None:
    released(app, market.without_bands(tmp_path))
    actor, response = market.team(database_of(app))
    url = f"/responses/{response.id}"
    page = signed_in(app, actor).get(f"{url}/compared?section=B")
    asked = page.text.split("Which share of spend is covered?", 1)[1].split("How many people", 1)[0]
    assert "Your answer" in asked
    assert "Median" in asked
    assert "half are at or below" in asked


def test_before_a_release_for_suppliers_there_is_nothing(app: Flask) -> None:
    finished(app)
    actor, response = market.team(database_of(app))
    url = f"/responses/{response.id}"
    client = signed_in(app, actor)
    client.get(f"{url}/compared", status=404)
    assert f"{url}/compared" not in client.get(url).links
    with database_of(app).transaction() as session:
        made = dialogue_named(session, "market")
        market.release(session, made, at=now() - timedelta(days=1), actor=SYSTEM)
        market.unguarded(session, "release_document", "delete")
        for stored in session.scalars(select(ReleaseDocument)):
            if stored.audience == "supplier":
                session.delete(stored)
    client.get(f"{url}/compared", status=404)


def test_who_is_not_in_the_release_sees_the_figures_alone(app: Flask) -> None:
    released(app)
    with database_of(app).transaction() as session:
        made = dialogue_named(session, "market")
        late = factories.supplier(session, made, now=now())
        response = factories.response(session, made, late, now=made.opens_at)
        url = f"/responses/{response.id}/compared"
        found = compared_page(session, late, response.id)
        assert found.answers is None
        assert session.scalars(select(Release.id)).one() == found.ground.release.id
    page = signed_in(app, late).get(url)
    assert "Your answers are not part of this release" in page.text
    assert "You: " not in page.text
