"""A dialogue with very many submissions, brought in in bulk, for ``tests.bench.counts``.

The cells are written by the database itself; the packed rows as the portal writes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Uuid, insert, text

from portal.core.clock import now
from portal.core.db import Database
from portal.core.ids import new_id
from portal.dialogue import operations as dialogues
from portal.dialogue.models import Dialogue
from portal.identity.models import Organisation
from portal.identity.roles import Role
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.definition import Questionnaire
from portal.response.cells import CountedCell
from portal.response.counting import packed_row
from portal.response.models import PackedCells, Response, Submission
from portal.response.packing import Counting, Layout, layout_of
from tests import factories

QUESTIONS = 150
OPTIONS = 4
CLASSES = ("buyers", "aggregate_only", "public")
SEGMENTS = ("large", "small")
AT_A_TIME = 1000
NUMBERED = Table("bench_number", MetaData(), Column("i", Integer), Column("submission_id", Uuid))
CELLS = text(
    "INSERT INTO submitted_cell "
    "(submission_id, version_id, question, option, confidentiality) "
    "WITH RECURSIVE q(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM q WHERE j < :last) "
    "SELECT submission.id, submission.version_id, "
    "'S.' || CASE WHEN j < 10 THEN '00' WHEN j < 100 THEN '0' ELSE '' END || j, "
    "'o' || ((i * 31 + j * 17 + i / 7) % :options), "
    "CASE (i + j) % 3 WHEN 0 THEN 'buyers' WHEN 1 THEN 'aggregate_only' ELSE 'public' END "
    "FROM bench_number JOIN submission ON submission.id = bench_number.submission_id "
    "CROSS JOIN q WHERE i >= :first"
)
INDEXES = {
    "ix_submitted_cell_count": "version_id, question, option",
    "ix_submitted_cell_submission_id": "submission_id",
}


@dataclass(frozen=True)
class World:
    """A dialogue that takes answers, and how its submissions are packed."""

    database: Database
    dialogue: Dialogue
    version_id: UUID
    layout: Layout


def questionnaire() -> Questionnaire:
    """So many questions with four options each, and two segments that are declared."""
    options = [{"id": f"o{each}", "text": {"en": f"Option {each}"}} for each in range(OPTIONS)]
    questions = [
        {
            "id": f"S.{number:03}",
            "type": "single",
            "text": {"en": f"Question {number}"},
            "options": options,
            "confidentiality": {"default": "buyers", "widest": "public"},
        }
        for number in range(QUESTIONS)
    ]
    content: dict[str, Any] = {
        "name": "counts",
        "version": "1",
        "base_language": "en",
        "languages": ["en"],
        "title": {"en": "Counts"},
        "segments": [{"id": name, "text": {"en": name}} for name in SEGMENTS],
        "sections": [{"id": "S", "title": {"en": "Everything"}, "questions": questions}],
    }
    return TypeAdapter(Questionnaire).validate_python(content)


def build(database: Database) -> World:
    """The dialogue, open since an hour ago, without responses."""
    moment = now()
    asked = questionnaire()
    with database.transaction() as session:
        made = factories.dialogue(session, now=moment - timedelta(hours=1), short_name="counts")
        lead = factories.member(session, made, Role.LEAD_BUYER, now=moment)
        factories.approve(session, made, lead, asked, now=moment)
        version = questionnaires.publish(session, lead, made.id, now=moment)
        dialogues.mark_published(session, lead, made, now=moment)
        NUMBERED.create(session.connection())
    return World(database, made, version.id, layout_of(asked))


def fill(world: World, first: int, end: int) -> None:
    """Bring in the submissions with these numbers; their indexes are made again afterwards."""
    with world.database.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Thirty million references that are known to be right need no look.
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in INDEXES:
            connection.execute(text(f"DROP INDEX {name}"))
        for start in range(first, end, AT_A_TIME):
            _add(connection, world, range(start, min(start + AT_A_TIME, end)))
        cells = {"last": QUESTIONS - 1, "options": OPTIONS, "first": first}
        connection.execute(CELLS, cells)
        for name, columns in INDEXES.items():
            connection.execute(text(f"CREATE INDEX {name} ON submitted_cell ({columns})"))
    with world.database.engine.connect() as connection:
        plain = connection.execution_options(isolation_level="AUTOCOMMIT")
        is_postgres = plain.dialect.name == "postgresql"
        plain.execute(text("VACUUM ANALYZE" if is_postgres else "ANALYZE"))


def _add(connection: Connection, world: World, numbers: Sequence[int]) -> None:
    moment = now()
    ids = {number: (new_id(), new_id(), new_id()) for number in numbers}
    rows: dict[Any, list[dict[str, Any]]] = {
        Organisation: [
            {"id": who, "name": f"Company {n}", "kind": "supplier", "country": ""}
            | {"parent_id": None, "created_at": moment}
            for n, (who, _, _) in ids.items()
        ],
        Response: [
            {"id": response, "dialogue_id": world.dialogue.id, "version_id": world.version_id}
            | {"organisation_id": who, "state": "submitted", "answered": QUESTIONS}
            | {"shown": QUESTIONS, "created_at": moment, "submitted_at": moment}
            for who, response, _ in ids.values()
        ],
        Submission: [
            {"id": submission, "response_id": response, "dialogue_id": world.dialogue.id}
            | {"version_id": world.version_id, "organisation_id": who, "number": 1}
            | {"snapshot": "{}", "sha256": "", "signatory": "Bench", "submitted_at": moment}
            for who, response, submission in ids.values()
        ],
        NUMBERED: [{"i": n, "submission_id": submission} for n, (_, _, submission) in ids.items()],
        PackedCells: [
            packed_row(submission, world.version_id, _counting(n), world.layout)
            for n, (_, _, submission) in ids.items()
        ],
    }
    for table, values in rows.items():
        connection.execute(insert(table), values)


def _counting(i: int) -> Counting:
    """What the statement for the cells writes."""
    cells = [
        CountedCell(f"S.{j:03}", f"o{(i * 31 + j * 17 + i // 7) % OPTIONS}", CLASSES[(i + j) % 3])
        for j in range(QUESTIONS)
    ]
    return Counting([SEGMENTS[i % 2]], cells)
