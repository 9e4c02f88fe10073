"""the tables of the first version"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

FIRST = Path(__file__).parents[1] / "first"
"""The statements as they were then, for each kind of database and each part: nobody changes them any more."""


def upgrade(part: str) -> None:
    """Make them."""
    statements = (FIRST / f"{op.get_bind().dialect.name}-{part}.sql").read_text()
    for statement in filter(str.strip, statements.split(";\n")):
        op.execute(statement)
