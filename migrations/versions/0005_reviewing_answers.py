"""reviewing answers.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _marks()
    op.create_table(
        "scoring_guide",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_scoring_guide_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_scoring_guide_written_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_guide")),
        sa.UniqueConstraint(
            "dialogue_id",
            "question_id",
            "version",
            name=op.f("uq_scoring_guide_dialogue_id_question_id_version"),
        ),
    )
    op.create_table(
        "review_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_review_place_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_review_place_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_review_place_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_place")),
        sa.UniqueConstraint(
            "dialogue_id", "person_id", name=op.f("uq_review_place_dialogue_id_person_id")
        ),
    )


def _marks() -> None:
    op.create_table(
        "review_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("mark", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("guide_version", sa.Integer(), nullable=True),
        sa.Column("answer_sha256", sa.String(length=64), nullable=False),
        sa.Column("confidentiality", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"], [f"{table}.id"], name=op.f(f"fk_review_mark_{table}_id_{table}")
            )
            for table in ("dialogue", "response", "person", "organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_mark")),
        sa.UniqueConstraint(
            "response_id",
            "question_id",
            "person_id",
            name=op.f("uq_review_mark_response_id_question_id_person_id"),
        ),
    )
    with op.batch_alter_table("review_mark", schema=None) as batch_op:
        batch_op.create_index("ix_review_mark_dialogue", ["dialogue_id", "question_id"])


def downgrade() -> None:
    """Undo the change."""
    for table in ("review_place", "scoring_guide", "review_mark"):
        op.drop_table(table)
