"""Every route names its permission; the list of routes is one that somebody looked at."""

from pathlib import Path

from flask import Flask

from portal.identity.roles import Permission
from portal.web.guard import Access

ROUTES = Path(__file__).parent / "routes.txt"


def lines(app: Flask) -> list[str]:
    """``METHOD path permission`` of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        needed = getattr(app.view_functions[rule.endpoint], "needs", None)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        found += [f"{method} {rule.rule} {needed}" for method in methods]
    return sorted(found, key=lambda line: line.split()[1::-1])


def test_every_route_names_what_it_needs(app: Flask) -> None:
    without = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not isinstance(
            getattr(app.view_functions[rule.endpoint], "needs", None), Permission | Access
        )
    ]
    assert not without


def test_the_list_of_routes_is_up_to_date(app: Flask) -> None:
    assert ROUTES.read_text().splitlines() == lines(app), "\n".join(lines(app))


def test_no_page_is_fetched_by_a_writing_method(app: Flask) -> None:
    both = [
        rule.rule for rule in app.url_map.iter_rules() if {"GET", "POST"} <= (rule.methods or set())
    ]
    assert not both
