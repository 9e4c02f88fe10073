"""`python -m tests.store.first` writes the statements of the first migration from the tables as they are declared now.

Until the first release that is how a new table or column gets there; afterwards it is never run again, and a change is
a new file in `mailgate/store/migrations/versions`.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from mailgate.store import migrations
from mailgate.store.tables import DESK, JOURNAL

DIALECTS = [sa.make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql+psycopg")]
PARTS = {"journal": JOURNAL, "desk": DESK}


def statements(tables: sa.MetaData, dialect: sa.Dialect) -> str:
    """All that makes these tables, each ended by a semicolon and a line end."""
    made: list[str] = []
    for table in tables.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    lines = "".join(f"{each.strip()};\n" for each in made)
    return "\n".join(line.rstrip() for line in lines.split("\n")).replace("\t", "  ")


def files() -> dict[Path, str]:
    """What stands in which file."""
    folder = Path(migrations.__file__).parent / "first"
    return {
        folder / f"{dialect.name}-{part}.sql": statements(tables, dialect)
        for dialect in DIALECTS
        for part, tables in PARTS.items()
    }


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text)
