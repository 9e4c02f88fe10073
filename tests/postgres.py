"""A real PostgreSQL for the tests: one server for the whole run, a fresh database for each folder that asks for one.

The server is made where it is first needed, under a lock, because several processes run the tests; whoever began the
run stops it. Without one the tests that need it are skipped, loudly; with `CI=true` that is a failure.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

FOLDER = "MAILGATE_TEST_POSTGRES"
"""Environment: where this run has its server; every process of the run knows it."""
FAST = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
"""What is tested here is what we do, not the disk."""
ALWAYS = {"listen_addresses": "", "max_connections": "100", "shared_buffers": "32MB", "max_wal_size": "256MB"}


def programs() -> Path | None:
    """Where initdb and postgres are: on the PATH, else where Debian keeps them, the newest."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    kept = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((each.parent for each in kept), key=lambda bin: float(bin.parent.name), default=None)


class Server:
    """One cluster in a folder, spoken to over a socket in that folder. The folder's path is short."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._settings = ALWAYS | (FAST if settings is None else settings)

    def make(self) -> None:
        """As PostgreSQL does not run as root, a person without rights owns it then."""
        if os.getuid() == 0:
            os.chown(self.folder, _nobody().pw_uid, _nobody().pw_gid)
        how = ("--no-sync", "--auth=trust", "--username=mailgate", "--encoding=UTF8", "--locale=C.UTF-8")
        self._run("initdb", *how, "-D", self.data)

    def start(self) -> None:
        """And wait until it answers."""
        options = [f"-c {name}='{value}'" for name, value in self._settings.items()]
        options.append(f"-c unix_socket_directories='{self.folder}'")
        log = self.folder / "log"
        self._run("pg_ctl", "start", "-w", "-s", "-D", self.data, "-l", log, "-o", " ".join(options))

    def stop(self, how: str = "immediate") -> None:
        """`immediate` is a crash, `fast` a clean end."""
        self._run("pg_ctl", "stop", "-w", "-s", "-D", self.data, "-m", how)

    def kill(self) -> None:
        """Every process of it with -9, as when the machine fails; returns when none is left."""
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        family = [postmaster, *map(int, Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split())]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_lives(pid) for pid in family):
            time.sleep(0.01)
        # Where nobody asks how they ended, their numbers are taken for those of a server that runs.
        for file in (self.data / "postmaster.pid", self.folder / ".s.PGSQL.5432.lock"):
            file.unlink(missing_ok=True)

    @property
    def is_up(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    def url(self, database: str) -> str:
        """As it stands in the configuration."""
        return f"postgresql://mailgate@/{database}?host={self.folder}"

    def fresh(self, database: str) -> str:
        """The URL of an empty database of that name."""
        for statement in (f"DROP DATABASE IF EXISTS {database} WITH (FORCE)", f"CREATE DATABASE {database}"):
            self.ask(statement)
        return self.url(database)

    def ask(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """One statement by an administrator."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: object) -> None:
        found = programs()
        assert found is not None
        person = _nobody()
        as_person = {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
        command = [str(found / program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, check=False, **as_person)  # type: ignore[call-overload]
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


def number(url: str, question: str, *values: object) -> int:
    """The one number that answers a question; 0 where there is no table yet."""
    import psycopg

    with psycopg.connect(url) as connection:
        try:
            row = connection.execute(question.encode(), values).fetchone()
        except psycopg.errors.UndefinedTable:
            return 0
    assert row is not None
    return int(row[0])


def _lives(pid: int) -> bool:
    """One whose parent has not asked yet how it ended does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def _nobody() -> pwd.struct_passwd:
    return next(each for each in pwd.getpwall() if each.pw_name in ("postgres", "nobody"))


def server() -> Server:
    """The server of this run, started where nobody has yet."""
    need()
    folder = Path(os.environ[FOLDER])
    running = Server(folder)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not running.data.exists():
            running.make()
        if not running.is_up:
            running.start()
    return running


def need() -> None:
    """Skips the test where there is no PostgreSQL on this machine."""
    if programs() is None:
        missing = "PostgreSQL is not installed: nothing is known about it (initdb is not on the PATH)"
        assert not os.environ.get("CI"), missing
        pytest.skip(missing)


@cache
def database_for(folder: Path) -> str:
    """The URL of an empty database; its name is made of the folder's."""
    name = "t" + sha256(str(folder).encode()).hexdigest()[:16]
    running = server()
    exists = running.ask(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
    return running.url(name) if exists else running.fresh(name)


@contextmanager
def one_of_our_own() -> Iterator[Server]:
    """A server that keeps what it commits, to be killed."""
    need()
    folder = Path(tempfile.mkdtemp(prefix="mg-pg-"))
    server = Server(folder, {})
    server.make()
    server.start()
    try:
        yield server
    finally:
        if server.is_up:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def for_this_run() -> Iterator[None]:
    """In the process that began the run: a place for the server, which is stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mg-pg-"))
    os.environ[FOLDER] = str(folder)
    try:
        yield
    finally:
        server = Server(folder)
        if server.is_up:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
