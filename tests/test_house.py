"""The contracts of the house that imports can not hold: checked on the syntax tree (ARCHITECTURE.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mailgate
from mailgate.handlers import HANDLERS
from mailgate.rules.sort import QUESTIONS, Sort

PACKAGE = Path(mailgate.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

TICKET_STATE = {"status", "group", "assignee", "coordinator", "due_at", "resolved_at", "closed_at", "priority", "kind"}
BROAD_EXCEPTS = {
    "shift.py": "one mail must not stop the others",
    "rehearsal.py": "one mail that fails must not stop the others from being explained",
    "nursery.py": "no error may come back into the copy of what the daemon was at",
    "foreman.py": "without its foreman no mail would be handled",
    "cli/deliver.py": "whatever goes wrong, the mail is tried again",
    "mail/parts.py": "hostile bytes make the standard library raise anything",
    "mail/structure.py": "hostile bytes make the standard library raise anything",
    "desk/clockwork.py": "one ticket must not stop the others",
    "outbox/deliver.py": "one round must not stop the sender",
    "outbox/ways.py": "one letter must not stop the others",
    "store/journal.py": "the writer thread has to answer every waiting session",
    "reloading.py": "whatever goes wrong with a reload, the old configuration stays, and it is said",
    "desk/overdue_statements.py": "one ticket must not stop the reminders of the others",
    "store/beforehand.py": "what went wrong is raised when the mail has its turn",
    "intake/imap.py": "our own fault must not end the reading of a mailbox for good",
    "intake/session.py": "any fault of ours is a 451, never a 5xx",
    "intake/endpoint.py": "one connection must not stop the listener",
    "intake/submit.py": "whatever goes wrong, the mail is tried again",
}


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in FILES:
        yield path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text())


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_only_the_door_writes_the_ticket_table() -> None:
    writers = {
        name
        for name, tree in trees()
        for call, node in calls(tree)
        if call in ("sa.update", "sa.insert", "sa.delete") and node.args and ast.unparse(node.args[0]) == "TICKET"
    }
    assert writers == {"desk/change.py"}


def test_only_the_door_writes_events() -> None:
    writers = {
        name
        for name, tree in trees()
        for call, node in calls(tree)
        if call in ("sa.update", "sa.insert", "sa.delete") and node.args and ast.unparse(node.args[0]) == "EVENT"
    }
    assert writers == {"desk/change.py"}


def test_only_the_queue_makes_an_outbox_row() -> None:
    writers = {
        name
        for name, tree in trees()
        for call, node in calls(tree)
        if call == "sa.insert" and node.args and ast.unparse(node.args[0]) == "LETTER"
    }
    assert writers == {"outbox/queue.py"}


def test_no_letter_is_queued_past_the_history() -> None:
    assert {name for name, tree in trees() for call, _ in calls(tree) if call == "put"} == {"desk/posting.py"}


def test_only_the_gate_is_asked_whether_an_automatic_letter_may_go() -> None:
    writers = {
        name
        for name, tree in trees()
        for call, node in calls(tree)
        if call == "sa.insert" and node.args and ast.unparse(node.args[0]) in ("SENT", "SUPPRESSED")
    }
    assert writers <= {"outbox/gate.py", "outbox/budgets.py"}


def test_only_the_clock_asks_the_time() -> None:
    asking = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "time.monotonic", "datetime.today")
    askers = {name for name, tree in trees() for call, _ in calls(tree) if call in asking}
    assert askers == {"clock.py"}


def test_broad_excepts_stand_only_in_the_named_loops() -> None:
    found = {
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not any(isinstance(each, ast.Raise) and each.exc is None for each in ast.walk(node))
    }
    assert found <= set(BROAD_EXCEPTS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_file_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert text.count("\n") <= 300, "one idea, one file: 300 lines at most"
    assert ast.get_docstring(tree), "every module opens with what it is for"
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            assert (node.end_lineno or 0) - body[0].lineno < 40, f"{node.name} is longer than 40 lines"


def test_no_name_hides_its_idea() -> None:
    hiding = ("Manager", "Helper", "Base", "Utils", "Service", "Processor", "Util")
    named = [
        f"{name}: {node.name}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(hiding)
    ]
    assert named in ([], ["settings/service.py: Service"]), "service.yaml is the one file that is called so"


def test_every_sort_has_a_question_and_a_handler() -> None:
    handlers = {path.stem for path in (PACKAGE / "handlers").glob("*.py")} - {"__init__"}
    assert set(HANDLERS) == set(Sort) == {sort for sort, _ in QUESTIONS}
    assert handlers == {str(sort) for sort in Sort}
