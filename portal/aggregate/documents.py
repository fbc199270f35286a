"""The release document: what one audience sees of a release, as JSON with a hash (pure).

``{"format", "dialogue", "release", "audience", "cut_off", "questionnaire": {"name", "version",
"sha256"}, "responses", "groups", "columns": ["all", segment ids…], "questions": {key: {"columns":
{"all": {"n", "protected", "exact", "cells": {option: count or band},
"numbers"?: {"lower_quartile", "median", "upper_quartile"}}}}}, "sha256"}``. The hash is
over the canonical JSON without the key ``sha256``. A column that is not shown is absent.
Nothing in it depends on the database, on identifiers or on when the release was made.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from portal.aggregate.policy import Audience
from portal.aggregate.proposals import Cell, Column, Numbers
from portal.core.canonical import canonical_json
from portal.core.errors import Invalid, message
from portal.response.snapshot import instant

FORMAT = "parley-release-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the three documents of a release have in common, but for the audience."""

    dialogue: str
    number: int
    cut_off: datetime
    questionnaire: Mapping[str, str]
    """Name, version and sha256."""
    responses: int
    """Submissions in the release."""
    groups: int
    """Contributors: corporate groups among them."""
    columns: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedColumn:
    """One column of one countable question; a cell is a count, a band, or not shown (None).

    ``numbers`` sums up the numbers of a question that asks for one, where they may be shown.
    """

    n: int
    protected: int
    exact: bool
    cells: Mapping[str, Cell | None]
    numbers: Numbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedDocument:
    """A stored document, checked against its hash. ``text`` is the JSON the hash is over."""

    text: str
    sha256: str
    content: Mapping[str, Any]
    """The JSON as values, with its hash."""
    audience: Audience
    dialogue: str
    number: int
    cut_off: datetime
    responses: int
    groups: int
    columns: tuple[str, ...]
    questions: Mapping[str, Mapping[str, ReleasedColumn]]
    """Key of a countable question → name of a shown column → the column."""

    @property
    def json(self) -> str:
        """The document as it is handed out: canonical JSON with its hash."""
        return canonical_json(self.content)


def document(
    heading: Heading, audience: Audience, questions: Mapping[str, Sequence[Column]]
) -> str:
    """The canonical JSON of a document, without its hash."""
    return canonical_json(
        {
            "format": FORMAT,
            "dialogue": heading.dialogue,
            "release": heading.number,
            "audience": audience.value,
            "cut_off": instant(heading.cut_off),
            "questionnaire": dict(heading.questionnaire),
            "responses": heading.responses,
            "groups": heading.groups,
            "columns": list(heading.columns),
            "questions": {
                key: {"columns": {column.name: _column(column) for column in columns}}
                for key, columns in questions.items()
            },
        }
    )


def text_hash(text: str) -> str:
    """SHA-256 in hexadecimal of a document's text."""
    return sha256(text.encode()).hexdigest()


def parse(text: str, expected_hash: str) -> ReleasedDocument:
    """Read a stored document; Invalid if it is not what was released."""
    if text_hash(text) != expected_hash:
        raise Invalid(
            message(
                "This release differs from what was released (its hash is not {hash}), so it is "
                "not shown. Tell the secretariat.",
                hash=expected_hash,
            )
        )
    content = json.loads(text)
    return ReleasedDocument(
        text=text,
        sha256=expected_hash,
        content=content | {"sha256": expected_hash},
        audience=Audience(content["audience"]),
        dialogue=content["dialogue"],
        number=content["release"],
        cut_off=datetime.fromisoformat(content["cut_off"]),
        responses=content["responses"],
        groups=content["groups"],
        columns=tuple(content["columns"]),
        questions={
            key: {name: _released(column) for name, column in question["columns"].items()}
            for key, question in content["questions"].items()
        },
    )


def _released(column: Mapping[str, Any]) -> ReleasedColumn:
    numbers = column.get("numbers")
    summary = Numbers(**numbers) if numbers else None
    return ReleasedColumn(**{**column, "numbers": summary})


def _column(column: Column) -> dict[str, object]:
    return {
        "n": column.n,
        "protected": column.protected,
        "exact": column.exact,
        "cells": dict(column.cells),
        **({"numbers": asdict(column.numbers)} if column.numbers else {}),
    }
