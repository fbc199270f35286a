"""a desk for releases.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("release", "release_document", "release_member")
APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER {table}_keeps_{act.lower()} BEFORE {act} ON {table}
        BEGIN SELECT RAISE(ABORT, 'releases are append-only'); END"""
        for table in TABLES
        for act in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """CREATE FUNCTION release_keeps() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'releases are append-only'; END $$""",
        *(
            f"""CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION release_keeps()"""
            for table in TABLES
        ),
    ],
}
"""What was released stays: the database itself refuses changes, whatever the code does."""
LIFTED = {
    "sqlite": [
        f"DROP TRIGGER {table}_keeps_{act}" for table in TABLES for act in ("update", "delete")
    ],
    "postgresql": [
        *(f"DROP TRIGGER {table}_keeps ON {table}" for table in TABLES),
        "DROP FUNCTION release_keeps",
    ],
}


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "release_preview",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("audiences", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("responses", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_release_preview_created_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["dialogue_id"], ["dialogue.id"], name=op.f("fk_release_preview_dialogue_id_dialogue")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_release_preview_version_id_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_preview")),
    )
    with op.batch_alter_table("release_preview") as batch_op:
        batch_op.create_index(
            batch_op.f("ix_release_preview_dialogue_id"), ["dialogue_id"], unique=False
        )
    with op.batch_alter_table("release") as batch_op:
        batch_op.add_column(sa.Column("report", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column("signatory", sa.String(length=200), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("chain", sa.String(length=64), nullable=False, server_default="")
        )
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Undo the change."""
    for statement in LIFTED[op.get_bind().dialect.name]:
        op.execute(statement)
    # Not in a batch: that would make the table anew, which rows that point to it forbid.
    for column in ("chain", "reason", "signatory", "report"):
        op.drop_column("release", column)
    with op.batch_alter_table("release_preview") as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_preview_dialogue_id"))
    op.drop_table("release_preview")
