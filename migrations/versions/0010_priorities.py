"""priorities.

Revision: 0010, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _ballot()
    _issue()
    _priority_edit()
    _ballot_issue()
    _ballot_result()
    _ballot_score()
    _ballot_word()
    _priority_review()
    _roadmap_step()


def _ballot() -> None:
    op.create_table(
        "ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("introduction", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_ballot_dialogue_id_dialogue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
    )
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_dialogue_id"), ["dialogue_id"], unique=False)


def _issue() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.String(length=20), nullable=False),
        sa.Column("source_ref", sa.String(length=80), nullable=False),
        sa.Column("readiness", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_issue_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["issue.id"], name=op.f("fk_issue_merged_into_issue")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_issue_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_issue_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("dialogue_id", "number", name=op.f("uq_issue_dialogue_id_number")),
    )
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_issue_dialogue_id"), ["dialogue_id"], unique=False)


def _priority_edit() -> None:
    op.create_table(
        "priority_edit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_priority_edit_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_edit")),
        sa.UniqueConstraint(
            "subject_id", "version", name=op.f("uq_priority_edit_subject_id_version")
        ),
    )
    with op.batch_alter_table("priority_edit", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_priority_edit_subject_id"), ["subject_id"], unique=False
        )


def _ballot_issue() -> None:
    op.create_table(
        "ballot_issue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("readiness", sa.JSON(), nullable=False),
        sa.Column("proposed", sa.Boolean(), nullable=True),
        sa.Column("adopted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_issue_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_ballot_issue_issue_id_issue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_issue")),
        sa.UniqueConstraint(
            "ballot_id", "issue_id", name=op.f("uq_ballot_issue_ballot_id_issue_id")
        ),
    )
    with op.batch_alter_table("ballot_issue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_issue_ballot_id"), ["ballot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ballot_issue_issue_id"), ["issue_id"], unique=False)


def _ballot_result() -> None:
    op.create_table(
        "ballot_result",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("advisory", sa.Boolean(), nullable=False),
        sa.Column("attributed", sa.Boolean(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_result_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_ballot_result_issue_id_issue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_result")),
        sa.UniqueConstraint(
            "ballot_id",
            "round",
            "issue_id",
            "advisory",
            "attributed",
            name=op.f("uq_ballot_result_ballot_id_round_issue_id_advisory_attributed"),
        ),
    )
    with op.batch_alter_table("ballot_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_result_ballot_id"), ["ballot_id"], unique=False)


def _ballot_score() -> None:
    op.create_table(
        "ballot_score",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("advisory", sa.Boolean(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_score_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_ballot_score_issue_id_issue")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ballot_score_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ballot_score_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_score")),
        sa.UniqueConstraint(
            "ballot_id",
            "round",
            "issue_id",
            "organisation_id",
            name=op.f("uq_ballot_score_ballot_id_round_issue_id_organisation_id"),
        ),
    )
    with op.batch_alter_table("ballot_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_score_ballot_id"), ["ballot_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ballot_score_organisation_id"), ["organisation_id"], unique=False
        )


def _ballot_word() -> None:
    op.create_table(
        "ballot_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("opted_in", sa.Boolean(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_ballot_word_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_ballot_word_issue_id_issue")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_ballot_word_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ballot_word_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_word")),
        sa.UniqueConstraint(
            "ballot_id",
            "issue_id",
            "organisation_id",
            "kind",
            name=op.f("uq_ballot_word_ballot_id_issue_id_organisation_id_kind"),
        ),
    )
    with op.batch_alter_table("ballot_word", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ballot_word_ballot_id"), ["ballot_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ballot_word_organisation_id"), ["organisation_id"], unique=False
        )


def _priority_review() -> None:
    op.create_table(
        "priority_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_priority_review_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_priority_review_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_review")),
    )
    with op.batch_alter_table("priority_review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_priority_review_ballot_id"), ["ballot_id"], unique=False
        )


def _roadmap_step() -> None:
    op.create_table(
        "roadmap_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ballot_id", sa.Uuid(), nullable=False),
        sa.Column("issue_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("demand", sa.Text(), nullable=False),
        sa.Column("clause_ref", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_roadmap_step_ballot_id_ballot")
        ),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["issue.id"], name=op.f("fk_roadmap_step_issue_id_issue")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_roadmap_step_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roadmap_step")),
    )
    with op.batch_alter_table("roadmap_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roadmap_step_ballot_id"), ["ballot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_roadmap_step_issue_id"), ["issue_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    _drop_what_was_said()
    _drop_the_rest()


def _drop_what_was_said() -> None:
    with op.batch_alter_table("roadmap_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roadmap_step_issue_id"))
        batch_op.drop_index(batch_op.f("ix_roadmap_step_ballot_id"))
    op.drop_table("roadmap_step")
    with op.batch_alter_table("priority_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_priority_review_ballot_id"))
    op.drop_table("priority_review")
    with op.batch_alter_table("ballot_word", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_word_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_ballot_word_ballot_id"))
    op.drop_table("ballot_word")
    with op.batch_alter_table("ballot_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_score_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_ballot_score_ballot_id"))
    op.drop_table("ballot_score")


def _drop_the_rest() -> None:
    with op.batch_alter_table("ballot_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_result_ballot_id"))
    op.drop_table("ballot_result")
    with op.batch_alter_table("ballot_issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_issue_issue_id"))
        batch_op.drop_index(batch_op.f("ix_ballot_issue_ballot_id"))
    op.drop_table("ballot_issue")
    with op.batch_alter_table("priority_edit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_priority_edit_subject_id"))
    op.drop_table("priority_edit")
    with op.batch_alter_table("issue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_issue_dialogue_id"))
    op.drop_table("issue")
    with op.batch_alter_table("ballot", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ballot_dialogue_id"))
    op.drop_table("ballot")
