"""answering as a company.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("key", name=op.f("uq_reminder_key")),
    )
    op.create_table(
        "digest_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_digest_item_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_item")),
    )
    with op.batch_alter_table("digest_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_digest_item_person_id"), ["person_id"], unique=False)

    op.create_table(
        "invitation_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitation.id"],
            name=op.f("fk_invitation_link_invitation_id_invitation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_link_token_hash")),
    )
    with op.batch_alter_table("invitation_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invitation_link_invitation_id"), ["invitation_id"], unique=False
        )

    op.create_table(
        "answer_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("read_by", sa.Uuid(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["read_by"], ["person.id"], name=op.f("fk_answer_import_read_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_answer_import_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_import")),
    )
    with op.batch_alter_table("answer_import", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_import_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "answer_origin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source_response_id", sa.Uuid(), nullable=True),
        sa.Column("source_question_id", sa.String(length=60), nullable=False),
        sa.Column("source_evidence_id", sa.Uuid(), nullable=True),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_answer_origin_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["source_evidence_id"],
            ["evidence.id"],
            name=op.f("fk_answer_origin_source_evidence_id_evidence"),
        ),
        sa.ForeignKeyConstraint(
            ["source_response_id"],
            ["response.id"],
            name=op.f("fk_answer_origin_source_response_id_response"),
        ),
        sa.ForeignKeyConstraint(
            ["taken_by"], ["person.id"], name=op.f("fk_answer_origin_taken_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_origin")),
        sa.UniqueConstraint(
            "response_id", "question_id", name=op.f("uq_answer_origin_response_id_question_id")
        ),
    )
    with op.batch_alter_table("answer_origin", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_origin_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "answer_reference",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("brand_name", sa.String(length=200), nullable=False),
        sa.Column("brand_response_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["person.id"], name=op.f("fk_answer_reference_answered_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_answer_reference_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["brand_response_id"],
            ["response.id"],
            name=op.f("fk_answer_reference_brand_response_id_response"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_answer_reference_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_reference")),
        sa.UniqueConstraint(
            "response_id", "question_id", name=op.f("uq_answer_reference_response_id_question_id")
        ),
    )
    with op.batch_alter_table("answer_reference", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_answer_reference_brand_response_id"), ["brand_response_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_answer_reference_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "company_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.String(length=60), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["person.id"], name=op.f("fk_company_note_resolved_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_company_note_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_company_note_written_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_note")),
    )
    with op.batch_alter_table("company_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_company_note_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "named_buyer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["named_by"], ["person.id"], name=op.f("fk_named_buyer_named_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_named_buyer_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_named_buyer_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_buyer")),
        sa.UniqueConstraint(
            "response_id",
            "organisation_id",
            name=op.f("uq_named_buyer_response_id_organisation_id"),
        ),
    )
    with op.batch_alter_table("named_buyer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_named_buyer_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "presence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.String(length=60), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_presence_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_presence_response_id_response")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint(
            "response_id", "person_id", name=op.f("uq_presence_response_id_person_id")
        ),
    )
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_presence_response_id"), ["response_id"], unique=False)

    op.create_table(
        "section_mark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("section_id", sa.String(length=60), nullable=False),
        sa.Column("ready_by", sa.Uuid(), nullable=True),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["ready_by"], ["person.id"], name=op.f("fk_section_mark_ready_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_section_mark_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["person.id"], name=op.f("fk_section_mark_reviewed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_mark")),
        sa.UniqueConstraint(
            "response_id", "section_id", name=op.f("uq_section_mark_response_id_section_id")
        ),
    )
    with op.batch_alter_table("section_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_section_mark_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "clarification",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_submission_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_submission_id"],
            ["submission.id"],
            name=op.f("fk_clarification_answer_submission_id_submission"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_clarification_asked_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_clarification_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_clarification_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_clarification_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_clarification_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
        sa.UniqueConstraint(
            "response_id", "number", name=op.f("uq_clarification_response_id_number")
        ),
    )
    with op.batch_alter_table("clarification", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clarification_dialogue_id"), ["dialogue_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_clarification_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "feedback_letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("understood", sa.Text(), nullable=False),
        sa.Column("follows", sa.Text(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_feedback_letter_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["release_id"], ["release.id"], name=op.f("fk_feedback_letter_release_id_release")
        ),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_feedback_letter_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_feedback_letter_submission_id_submission"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["person.id"], name=op.f("fk_feedback_letter_written_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_letter")),
        sa.UniqueConstraint(
            "response_id", "release_id", name=op.f("uq_feedback_letter_response_id_release_id")
        ),
    )
    with op.batch_alter_table("feedback_letter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_feedback_letter_dialogue_id"), ["dialogue_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_feedback_letter_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "still_true",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["response_id"], ["response.id"], name=op.f("fk_still_true_response_id_response")
        ),
        sa.ForeignKeyConstraint(
            ["said_by"], ["person.id"], name=op.f("fk_still_true_said_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_still_true_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_still_true")),
    )
    with op.batch_alter_table("still_true", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_still_true_response_id"), ["response_id"], unique=False
        )

    op.create_table(
        "clarification_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clarification_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["clarification_id"],
            ["clarification.id"],
            name=op.f("fk_clarification_item_clarification_id_clarification"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification_item")),
        sa.UniqueConstraint(
            "clarification_id",
            "question_id",
            name=op.f("uq_clarification_item_clarification_id_question_id"),
        ),
    )
    with op.batch_alter_table("clarification_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_clarification_item_clarification_id"), ["clarification_id"], unique=False
        )

    with op.batch_alter_table("answer_change", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("source", sa.String(length=60), nullable=False, server_default="")
        )

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("question_id", sa.String(length=60), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("assigned_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(
            batch_op.f("uq_assignment_response_id_section_id_person_id"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_assignment_response_id_section_id_question_id_person_id"),
            ["response_id", "section_id", "question_id", "person_id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_assignment_assigned_by_person"), "person", ["assigned_by"], ["id"]
        )

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("document_kind", sa.String(length=40), nullable=False, server_default="other")
        )
        batch_op.add_column(
            sa.Column(
                "confidentiality", sa.String(length=24), nullable=False, server_default="buyers"
            )
        )
        batch_op.add_column(sa.Column("replaced_by_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_evidence_replaced_by_id_evidence"),
            "evidence",
            ["replaced_by_id"],
            ["id"],
        )

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("profile", sa.JSON(), nullable=True))

    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("digest", sa.String(length=10), nullable=False, server_default="at_once")
        )

    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.add_column(sa.Column("evidence_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_reading_evidence_id"), ["evidence_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_reading_evidence_id_evidence"), "evidence", ["evidence_id"], ["id"]
        )

    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review_asked_by", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("review_asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_response_review_asked_by_person"), "person", ["review_asked_by"], ["id"]
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("response", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_response_review_asked_by_person"), type_="foreignkey"
        )
        batch_op.drop_column("accepted_at")
        batch_op.drop_column("review_asked_at")
        batch_op.drop_column("review_asked_by")

    with op.batch_alter_table("reading", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_reading_evidence_id_evidence"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_reading_evidence_id"))
        batch_op.drop_column("evidence_id")

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("digest")

    with op.batch_alter_table("outbox_mail", schema=None) as batch_op:
        batch_op.drop_column("calendar")

    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("profile")

    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_evidence_replaced_by_id_evidence"), type_="foreignkey"
        )
        batch_op.drop_column("replaced_at")
        batch_op.drop_column("replaced_by_id")
        batch_op.drop_column("confidentiality")
        batch_op.drop_column("document_kind")

    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_assignment_assigned_by_person"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("uq_assignment_response_id_section_id_question_id_person_id"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_assignment_response_id_section_id_person_id"),
            ["response_id", "section_id", "person_id"],
        )
        batch_op.drop_column("assigned_at")
        batch_op.drop_column("assigned_by")
        batch_op.drop_column("due_on")
        batch_op.drop_column("question_id")

    with op.batch_alter_table("answer_change", schema=None) as batch_op:
        batch_op.drop_column("source")

    with op.batch_alter_table("clarification_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clarification_item_clarification_id"))

    op.drop_table("clarification_item")
    with op.batch_alter_table("still_true", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_still_true_response_id"))

    op.drop_table("still_true")
    with op.batch_alter_table("feedback_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_letter_response_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_letter_dialogue_id"))

    op.drop_table("feedback_letter")
    with op.batch_alter_table("clarification", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clarification_response_id"))
        batch_op.drop_index(batch_op.f("ix_clarification_dialogue_id"))

    op.drop_table("clarification")
    with op.batch_alter_table("section_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_section_mark_response_id"))

    op.drop_table("section_mark")
    with op.batch_alter_table("presence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_presence_response_id"))

    op.drop_table("presence")
    with op.batch_alter_table("named_buyer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_named_buyer_response_id"))

    op.drop_table("named_buyer")
    with op.batch_alter_table("company_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_note_response_id"))

    op.drop_table("company_note")
    with op.batch_alter_table("answer_reference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_reference_response_id"))
        batch_op.drop_index(batch_op.f("ix_answer_reference_brand_response_id"))

    op.drop_table("answer_reference")
    with op.batch_alter_table("answer_origin", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_origin_response_id"))

    op.drop_table("answer_origin")
    with op.batch_alter_table("answer_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_import_response_id"))

    op.drop_table("answer_import")
    with op.batch_alter_table("invitation_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_link_invitation_id"))

    op.drop_table("invitation_link")
    with op.batch_alter_table("digest_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_digest_item_person_id"))

    op.drop_table("digest_item")
    op.drop_table("reminder")
