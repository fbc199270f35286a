"""questions and answers.

Revision: 0009, after 0007.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _items()
    _settings()
    _corrections()
    _given()
    _texts()
    _votes()


def _item_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("original_language", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.String(length=60), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answer_language", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("agree_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agree_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agree_asked", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shows_question", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("searchable", sa.Text(), nullable=False),
    ]


def _items() -> None:
    op.create_table(
        "qa_item",
        *_item_columns(),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_qa_item_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_qa_item_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_qa_item_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_qa_item_published_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qa_item")),
        sa.UniqueConstraint("dialogue_id", "number", name=op.f("uq_qa_item_dialogue_id_number")),
    )
    with op.batch_alter_table("qa_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qa_item_asked_by"), ["asked_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_qa_item_dialogue_id"), ["dialogue_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_qa_item_state"), ["state"], unique=False)


def _settings() -> None:
    op.create_table(
        "qa_settings",
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("questions_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response_days", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_qa_settings_dialogue_id_dialogue")
        ),
        sa.PrimaryKeyConstraint("dialogue_id", name=op.f("pk_qa_settings")),
    )


def _corrections() -> None:
    op.create_table(
        "qa_correction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes_meaning", sa.Boolean(), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["qa_item.id"], name=op.f("fk_qa_correction_item_id_qa_item")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_qa_correction_published_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qa_correction")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_qa_correction_item_id_number")),
    )
    with op.batch_alter_table("qa_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qa_correction_item_id"), ["item_id"], unique=False)


def _given() -> None:
    op.create_table(
        "qa_given",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mailed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_qa_given_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["qa_item.id"], name=op.f("fk_qa_given_item_id_qa_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qa_given")),
    )
    with op.batch_alter_table("qa_given", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qa_given_dialogue_id"), ["dialogue_id"], unique=False)


def _texts() -> None:
    op.create_table(
        "qa_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["qa_item.id"], name=op.f("fk_qa_text_item_id_qa_item")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_qa_text_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qa_text")),
        sa.UniqueConstraint(
            "item_id", "kind", "revision", name=op.f("uq_qa_text_item_id_kind_revision")
        ),
    )
    with op.batch_alter_table("qa_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qa_text_item_id"), ["item_id"], unique=False)


def _votes() -> None:
    op.create_table(
        "qa_vote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["qa_item.id"], name=op.f("fk_qa_vote_item_id_qa_item")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_qa_vote_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_qa_vote_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_qa_vote")),
        sa.UniqueConstraint(
            "item_id", "organisation_id", name=op.f("uq_qa_vote_item_id_organisation_id")
        ),
    )
    with op.batch_alter_table("qa_vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_qa_vote_item_id"), ["item_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("qa_vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_qa_vote_item_id"))

    op.drop_table("qa_vote")
    with op.batch_alter_table("qa_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_qa_text_item_id"))

    op.drop_table("qa_text")
    with op.batch_alter_table("qa_given", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_qa_given_dialogue_id"))

    op.drop_table("qa_given")
    with op.batch_alter_table("qa_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_qa_correction_item_id"))

    op.drop_table("qa_correction")
    op.drop_table("qa_settings")
    with op.batch_alter_table("qa_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_qa_item_state"))
        batch_op.drop_index(batch_op.f("ix_qa_item_dialogue_id"))
        batch_op.drop_index(batch_op.f("ix_qa_item_asked_by"))

    op.drop_table("qa_item")
