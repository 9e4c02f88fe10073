"""The same vectors in a real browser, without any policy of a page: nothing runs, nothing is asked for."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mailgate.mail.harmless import harmless
from tests.mail.vectors import HERE, every

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason="needs chromium")
TOGETHER = 60
RAN = (
    "<script>window.ran=[];"
    "addEventListener('load',()=>setTimeout(()=>{document.title=JSON.stringify(ran)},500))</script>"
)


class Server(ThreadingHTTPServer):
    """Knows what it was asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), Answering)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def title_of(folder: Path, fragments: list[str]) -> str:
    """What has run, as the page says when all its frames are loaded."""
    frames = "".join(f'<iframe srcdoc="{escape(each)}"></iframe>' for each in fragments)
    page = folder / "page.html"
    page.write_bytes(f"<!doctype html><meta charset=utf-8><title></title>{RAN}{frames}".encode("utf-8", "replace"))
    headless = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom")
    where = (f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=5000", f"file://{page}")
    said = subprocess.run([str(CHROMIUM), *headless, *where], capture_output=True, text=True, timeout=100, check=True)
    return said.stdout.partition("<title>")[2].partition("</title>")[0]


def vectors(server: Server) -> list[str]:
    written = (
        each.replace(HERE, server.address).replace("127.0.0.1:1/", f"127.0.0.1:{server.server_port}/")
        for each in every()
    )
    return [
        each.replace("alert(1)", "top.ran.push(1)").replace("src=x ", f"src={server.address}/x ") for each in written
    ]


def test_nothing_runs_and_nothing_is_asked_for(server: Server, tmp_path: Path) -> None:
    shown = [harmless(each).html for each in vectors(server)]
    together = ["".join(shown[at : at + TOGETHER]) for at in range(0, len(shown), TOGETHER)]
    assert json.loads(title_of(tmp_path, together)) == []
    assert server.asked == []


def test_the_same_as_written_does_run_and_ask(server: Server, tmp_path: Path) -> None:
    written = [each for each in vectors(server) if "refresh" not in each and "plaintext" not in each][:60]
    assert len(json.loads(title_of(tmp_path, written))) > 10
    assert server.asked != []
