"""How far both sides have read a conversation, and which item a line answers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("read_by_customer", "read_by_agent"):
        op.add_column(
            "conversations", sa.Column(name, sa.Integer, nullable=False, server_default="0")
        )
    op.add_column("items", sa.Column("in_reply_to", sa.Integer))
