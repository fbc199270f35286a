"""counting at size.

Revision: 0006, after 0005. Numbers of submissions that are there already, the rows of their
tables and the packed rows follow with ``portal responses recount DIALOGUE --mend``; until then
releases count those submissions from their cells.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("submitted_cell", schema=None) as batch_op:
        batch_op.add_column(sa.Column("value", sa.Float(), nullable=True))
    op.create_table(
        "packed_cells",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("layout", sa.String(length=64), nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_packed_cells_submission_id_submission"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_packed_cells_version_id_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "submission_id", name=op.f("pk_packed_cells")),
    )
    with op.batch_alter_table("packed_cells", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_packed_cells_submission_id"), ["submission_id"], unique=False
        )


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("packed_cells", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_packed_cells_submission_id"))

    op.drop_table("packed_cells")
    with op.batch_alter_table("submitted_cell", schema=None) as batch_op:
        batch_op.drop_column("value")
