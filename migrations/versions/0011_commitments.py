"""commitments.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _commitment()
    _commitment_indexes()
    _commitment_terms()
    _commitment_proof()
    _commitment_check()
    _commitment_check_indexes()
    _corrective_action()
    _commitment_place()
    _previous_dialogue()
    _follow_up_rule()


def _commitment() -> None:
    op.create_table(
        "commitment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("counterpart_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=True),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("promisor_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counterpart_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["counterpart_id"],
            ["organisation.id"],
            name=op.f("fk_commitment_counterpart_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_commitment_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_commitment_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_commitment_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name=op.f("fk_commitment_proposed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_commitment_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
    )


def _commitment_indexes() -> None:
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_counterpart_id"), ["counterpart_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_commitment_dialogue_id"), ["dialogue_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commitment_due_on"), ["due_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_commitment_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commitment_state"), ["state"], unique=False)


def _commitment_terms() -> None:
    op.create_table(
        "commitment_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_commitment_terms_commitment_id_commitment"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_commitment_terms_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_terms")),
        sa.UniqueConstraint(
            "commitment_id", "number", name=op.f("uq_commitment_terms_commitment_id_number")
        ),
    )
    with op.batch_alter_table("commitment_terms", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_terms_commitment_id"), ["commitment_id"], unique=False
        )


def _commitment_proof() -> None:
    op.create_table(
        "commitment_proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_commitment_proof_commitment_id_commitment"),
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_commitment_proof_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_commitment_proof_evidence_id_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_commitment_proof_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_proof")),
    )
    with op.batch_alter_table("commitment_proof", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_proof_commitment_id"), ["commitment_id"], unique=False
        )


def _commitment_check() -> None:
    op.create_table(
        "commitment_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("checked", sa.Text(), nullable=False),
        sa.Column("clause", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("reused_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_commitment_check_commitment_id_commitment"),
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_commitment_check_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_commitment_check_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_commitment_check_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["reused_id"],
            ["commitment_check.id"],
            name=op.f("fk_commitment_check_reused_id_commitment_check"),
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"],
            ["organisation.id"],
            name=op.f("fk_commitment_check_supplier_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_check")),
    )


def _commitment_check_indexes() -> None:
    with op.batch_alter_table("commitment_check", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_check_commitment_id"), ["commitment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_commitment_check_dialogue_id"), ["dialogue_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_commitment_check_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_commitment_check_supplier_id"), ["supplier_id"], unique=False
        )


def _corrective_action() -> None:
    op.create_table(
        "corrective_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.id"], name=op.f("fk_corrective_action_added_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_corrective_action_commitment_id_commitment"),
        ),
        sa.ForeignKeyConstraint(
            ["done_by"], ["person.id"], name=op.f("fk_corrective_action_done_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
    )
    with op.batch_alter_table("corrective_action", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_corrective_action_commitment_id"), ["commitment_id"], unique=False
        )


def _commitment_place() -> None:
    op.create_table(
        "commitment_place",
        sa.Column("commitment_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("carried_by", sa.Uuid(), nullable=True),
        sa.Column("carried_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["carried_by"], ["person.id"], name=op.f("fk_commitment_place_carried_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_commitment_place_commitment_id_commitment"),
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_commitment_place_dialogue_id_dialogue")
        ),
        sa.PrimaryKeyConstraint("commitment_id", "dialogue_id", name=op.f("pk_commitment_place")),
    )
    with op.batch_alter_table("commitment_place", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_place_dialogue_id"), ["dialogue_id"], unique=False
        )


def _previous_dialogue() -> None:
    op.create_table(
        "previous_dialogue",
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_previous_dialogue_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_previous_dialogue_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["dialogue.id"], name=op.f("fk_previous_dialogue_previous_id_dialogue")
        ),
        sa.PrimaryKeyConstraint("dialogue_id", name=op.f("pk_previous_dialogue")),
    )
    with op.batch_alter_table("previous_dialogue", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_previous_dialogue_previous_id"), ["previous_id"], unique=False
        )


def _follow_up_rule() -> None:
    op.create_table(
        "follow_up_rule",
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("observers_read", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name=op.f("fk_follow_up_rule_changed_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_follow_up_rule_dialogue_id_dialogue")
        ),
        sa.PrimaryKeyConstraint("dialogue_id", name=op.f("pk_follow_up_rule")),
    )


def downgrade() -> None:
    """Take the change back."""
    for table in (
        "follow_up_rule",
        "previous_dialogue",
        "commitment_place",
        "corrective_action",
        "commitment_check",
        "commitment_proof",
        "commitment_terms",
        "commitment",
    ):
        op.drop_table(table)
