"""the room of a session.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    _room()
    _hands()
    _questions()
    _support()
    _polls()
    _votes()
    _notes()
    _note_versions()


def _room() -> None:
    op.create_table(
        "room",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_room_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_room")),
    )


def _hands() -> None:
    op.create_table(
        "room_hand",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_room_hand_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_room_hand_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_room_hand_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_hand")),
    )
    with op.batch_alter_table("room_hand", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_hand_meeting_id"), ["meeting_id"], unique=False)


def _questions() -> None:
    op.create_table(
        "room_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_room_question_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_room_question_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_room_question_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_room_question_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_question")),
    )
    with op.batch_alter_table("room_question", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_room_question_meeting_id"), ["meeting_id"], unique=False
        )


def _support() -> None:
    op.create_table(
        "room_support",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_room_support_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["room_question.id"],
            name=op.f("fk_room_support_question_id_room_question"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_support")),
        sa.UniqueConstraint(
            "question_id", "person_id", name=op.f("uq_room_support_question_id_person_id")
        ),
    )
    with op.batch_alter_table("room_support", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_room_support_question_id"), ["question_id"], unique=False
        )


def _polls() -> None:
    op.create_table(
        "room_poll",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("likeness", sa.String(length=500), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("electorate", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=15), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_room_poll_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_room_poll_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_poll")),
    )
    with op.batch_alter_table("room_poll", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_poll_meeting_id"), ["meeting_id"], unique=False)


def _votes() -> None:
    op.create_table(
        "room_vote",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("poll_id", sa.Uuid(), nullable=False),
        sa.Column("voter", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["poll_id"], ["room_poll.id"], name=op.f("fk_room_vote_poll_id_room_poll")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_vote")),
        sa.UniqueConstraint("poll_id", "voter", name=op.f("uq_room_vote_poll_id_voter")),
    )
    with op.batch_alter_table("room_vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_vote_poll_id"), ["poll_id"], unique=False)


def _notes() -> None:
    op.create_table(
        "room_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_room_note_item_id_agenda_item")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_room_note_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_note")),
        sa.UniqueConstraint("item_id", name=op.f("uq_room_note_item_id")),
    )
    with op.batch_alter_table("room_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_note_meeting_id"), ["meeting_id"], unique=False)


def _note_versions() -> None:
    op.create_table(
        "room_note_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["room_note.id"], name=op.f("fk_room_note_version_note_id_room_note")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["person.id"], name=op.f("fk_room_note_version_saved_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_note_version")),
        sa.UniqueConstraint(
            "note_id", "version", name=op.f("uq_room_note_version_note_id_version")
        ),
    )
    with op.batch_alter_table("room_note_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_room_note_version_note_id"), ["note_id"], unique=False)


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("room_vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_vote_poll_id"))

    op.drop_table("room_vote")
    with op.batch_alter_table("room_support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_support_question_id"))

    op.drop_table("room_support")
    with op.batch_alter_table("room_note_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_note_version_note_id"))

    op.drop_table("room_note_version")
    with op.batch_alter_table("room_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_question_meeting_id"))

    op.drop_table("room_question")
    with op.batch_alter_table("room_poll", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_poll_meeting_id"))

    op.drop_table("room_poll")
    with op.batch_alter_table("room_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_note_meeting_id"))

    op.drop_table("room_note")
    with op.batch_alter_table("room_hand", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_room_hand_meeting_id"))

    op.drop_table("room_hand")
    op.drop_table("room")
