"""The floor of a save that keeps records: what a save of the portal must at least read and write.

Beside the save floor's work: who is signed in and their place, the response's state, the stored
answers to compare with, one row of history an answer, an audit row, the counters. No types, no
rights by row, no conflicts, no classes: what it costs above the save floor is the price of the
records alone. ``FLOOR_DATABASE_URL`` names its database.
"""

import json
import os
from datetime import UTC, datetime
from uuid import uuid4

from flask import Flask, render_template_string, session
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, Engine, text

from tests.bench.floors import PAGE, QUESTIONS, FloorForm, floor_engine

TABLES = (
    "person (id TEXT PRIMARY KEY, name TEXT)",
    "membership (person TEXT, organisation TEXT, role TEXT)",
    "response (id INTEGER PRIMARY KEY, state TEXT, answered INTEGER, saved_at TEXT)",
    (
        "answer (response INTEGER, question TEXT, value TEXT, version INTEGER, said_by TEXT, "
        "said_at TEXT, PRIMARY KEY (response, question))"
    ),
    (
        "answer_change (id TEXT PRIMARY KEY, response INTEGER, question TEXT, value TEXT, "
        "version INTEGER, said_by TEXT, said_at TEXT)"
    ),
    "audit_entry (id TEXT PRIMARY KEY, said_at TEXT, said_by TEXT, act TEXT, details TEXT)",
)
WHO = text(
    "SELECT person.id, membership.organisation, membership.role FROM floor_person AS person "
    "JOIN floor_membership AS membership ON membership.person = person.id WHERE person.id = :id"
)
RESPONSE = text("SELECT state, answered FROM floor_response WHERE id = :response")
ANSWERS = text("SELECT question, value, version FROM floor_answer WHERE response = :response")
UPDATE = text(
    "UPDATE floor_answer SET value = :value, version = :version, said_by = :said_by, "
    "said_at = :said_at WHERE response = :response AND question = :question"
)
CHANGE = text(
    "INSERT INTO floor_answer_change (id, response, question, value, version, said_by, said_at) "
    "VALUES (:id, :response, :question, :value, :version, :said_by, :said_at)"
)
AUDIT = text(
    "INSERT INTO floor_audit_entry (id, said_at, said_by, act, details) "
    "VALUES (:id, :said_at, :said_by, 'saved', :details)"
)
COUNT = text("UPDATE floor_response SET answered = :answered, saved_at = :said_at WHERE id = :id")


def records_floor() -> Flask:
    """CSRF, WTForms, and every row that a save with history, audit and counters must touch."""
    app = Flask("records_floor")
    app.secret_key = "one key for both workers of the floor"
    CSRFProtect(app)
    engine = floor_engine(os.environ["FLOOR_DATABASE_URL"])

    @app.get("/<int:response>")
    def form(response: int) -> str:
        session["person"] = _seat(engine, response)
        return render_template_string(PAGE, form=FloorForm(), response=response)

    @app.post("/<int:response>")
    def save(response: int) -> tuple[str, int]:
        with engine.connect() as connection:
            person = connection.execute(WHO, {"id": session["person"]}).one().id
        form = FloorForm()
        if not form.validate():
            return "wrong", 422
        said = {field.name: field.data for field in form if field.name.startswith("q")}
        with engine.begin() as connection:
            _store(connection, response, person, said)
        return "", 204

    return app


def _store(connection: Connection, response: int, person: str, said: dict[str, str]) -> None:
    moment = datetime.now(UTC).isoformat()
    connection.execute(RESPONSE, {"response": response}).one()
    stored = {row.question: row for row in connection.execute(ANSWERS, {"response": response})}
    rows = [
        {
            "id": uuid4().hex,
            "response": response,
            "question": question,
            "value": value,
            "version": stored[question].version + 1,
            "said_by": person,
            "said_at": moment,
        }
        for question, value in said.items()
        if stored[question].value != value
    ]
    connection.execute(UPDATE, rows)
    connection.execute(CHANGE, rows)
    details = json.dumps({"questions": [row["question"] for row in rows]})
    audit = {"id": uuid4().hex, "said_at": moment, "said_by": person, "details": details}
    connection.execute(AUDIT, audit)
    connection.execute(COUNT, {"answered": len(said), "said_at": moment, "id": response})


def _seat(engine: Engine, response: int) -> str:
    """Somebody of a supplier with a response whose answers are saved once; their id."""
    person = f"person {response}"
    answers = [
        {"response": response, "question": f"q{number}", "person": person}
        for number in range(QUESTIONS)
    ]
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(text(f"CREATE TABLE IF NOT EXISTS floor_{table}"))
        seat = {"person": person, "response": response}
        for statement in (
            "INSERT INTO floor_person VALUES (:person, :person)",
            "INSERT INTO floor_membership VALUES (:person, 'ours', 'contributor')",
            "INSERT INTO floor_response VALUES (:response, 'draft', 0, '')",
        ):
            connection.execute(text(statement), seat)
        connection.execute(
            text("INSERT INTO floor_answer VALUES (:response, :question, '', 1, :person, '')"),
            answers,
        )
    return person
