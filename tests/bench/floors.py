"""The floors: the least that a framework must do for the same page, as small WSGI programs.

``FLOOR_DATABASE_URL`` names the database of the save floor.
"""

import os
import secrets

from flask import Flask, render_template_string
from flask_wtf import CSRFProtect, FlaskForm
from sqlalchemy import Engine, create_engine, event, text
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from portal.core.db import driver_url

QUESTIONS = 20
PAGE = """<!doctype html><title>Floor</title><form method="post">{{ form.csrf_token }}
{% for field in form if field.name.startswith("q") %}{{ field.label }} {{ field }}
{% for error in field.errors %}{{ error }}{% endfor %}{% endfor %}<button>Save</button></form>"""
UPSERT = text(
    "INSERT INTO floor_save (response, question, value) VALUES (:response, :question, :value) "
    "ON CONFLICT (response, question) DO UPDATE SET value = excluded.value"
)


class FloorForm(FlaskForm):
    """Twenty text fields; the class body is filled below."""


for number in range(QUESTIONS):
    rules = [DataRequired(), Length(max=300)]
    setattr(FloorForm, f"q{number}", StringField(f"Question {number}", validators=rules))


def form_floor() -> Flask:
    """Twenty WTForms fields by their widgets, no database."""
    app = Flask("form_floor")
    app.secret_key = secrets.token_hex(32)

    @app.get("/")
    def form() -> str:
        return render_template_string(PAGE, form=FloorForm())

    return app


def save_floor() -> Flask:
    """CSRF, WTForms, one executemany upsert of twenty answers, commit."""
    app = Flask("save_floor")
    app.secret_key = "one key for both workers of the floor"
    CSRFProtect(app)
    engine = floor_engine(os.environ["FLOOR_DATABASE_URL"])
    with engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE IF NOT EXISTS floor_save (response INTEGER, question TEXT, "
                "value TEXT, PRIMARY KEY (response, question))"
            )
        )

    @app.get("/<int:response>")
    def form(response: int) -> str:
        return render_template_string(PAGE, form=FloorForm(), response=response)

    @app.post("/<int:response>")
    def save(response: int) -> tuple[str, int]:
        form = FloorForm()
        if not form.validate():
            return "wrong", 422
        rows = [
            {"response": response, "question": field.name, "value": field.data}
            for field in form
            if field.name.startswith("q")
        ]
        with engine.begin() as connection:
            connection.execute(UPSERT, rows)
        return "", 204

    return app


def floor_engine(url: str) -> Engine:
    """The database of a floor, as durable as the portal's."""
    engine = create_engine(driver_url(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
    return engine


def _durable(connection: object, _record: object) -> None:
    """The same durability as the portal's: WAL, a disk sync at every commit."""
    cursor = connection.cursor()  # type: ignore[attr-defined]  # a DBAPI connection
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
