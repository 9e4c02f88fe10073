"""A server that hands out tokens, as Microsoft and Google do: for applications with a secret, for people by a code or
in a browser, and again and again by refresh tokens, which it gives out anew each time.

    with OAuthServer() as server:
        …                                # MAILGATE_OAUTH_AT=server.url
        server.next("token", 500)        # the next answer is this one
        assert server.asked[-1].form["grant_type"] == "refresh_token"

`valid` are the access tokens that a mail server would take. A refresh token that was replaced counts until its
successor was used, as everybody does who wants clients to survive a crash; with `strict` it is over at once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

APP, SECRET = "app-id", "geheim"


@dataclass(frozen=True)
class Asked:
    """One question: `devicecode`, `token`, …, and its form."""

    what: str
    form: dict[str, str]


@dataclass(frozen=True)
class _Canned:
    status: int
    body: bytes
    fields: Mapping[str, str]


@dataclass
class OAuthServer:
    """Listens on loopback from `with` on."""

    strict: bool = False
    lasts: int = 3600
    """Seconds of an access token."""
    refresh_lasts: int | None = None
    pending: int = 0
    """So often a code has not been typed yet."""
    decision: str = "yes"
    """What the person does with the code: `yes`, or an error code."""
    interval: int = 1
    asked: list[Asked] = field(default_factory=list)
    valid: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._canned: dict[str, list[_Canned]] = {}
        self._number = 0
        self._refresh: dict[str, str | None] = {}
        """Each refresh token that counts, and the one it replaced."""
        self._lock = threading.Lock()
        self._gate = threading.Event()
        self._gate.set()

    # -- what a test asks for ------------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def next(self, what: str, status: int, body: Any = None, times: int = 1, **fields: str) -> None:
        """The next answers to `token` or `devicecode` are these; bytes are sent as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body if body is not None else {"error": "x"}).encode()
        canned = _Canned(status, raw, {name.replace("_", "-"): value for name, value in fields.items()})
        self._canned.setdefault(what, []).extend([canned] * times)

    def issue(self) -> str:
        """A refresh token, as somebody who has logged in before has it."""
        with self._lock:
            return self._new_refresh(None)

    def revoke(self) -> None:
        """Everything that was handed out is over: a password was changed."""
        self._refresh.clear()
        self.valid.clear()

    def hold(self) -> None:
        """Questions wait for their answer until `release`."""
        self._gate.clear()

    def release(self) -> None:
        """They are answered."""
        self._gate.set()

    def grants(self) -> list[str]:
        """The grant types of all questions for a token, in their order."""
        return [each.form["grant_type"].rpartition(":")[2] for each in self.asked if each.what == "token"]

    # -- the server ----------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                form = {name: values[-1] for name, values in parse_qs(raw, keep_blank_values=True).items()}
                status, body, fields = server._answer(self.path, form)
                self.send_response_only(status)
                for name, value in {"Content-Type": "application/json", **fields}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.release()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, path: str, form: dict[str, str]) -> tuple[int, bytes, Mapping[str, str]]:
        what = path.rpartition("/")[2]
        with self._lock:
            self.asked.append(Asked(what, form))
            canned = self._canned.get(what)
            if canned:
                said = canned.pop(0)
                return said.status, said.body, said.fields
        self._gate.wait(10)
        with self._lock:
            status, document = self._code() if what == "devicecode" else self._token(form)
        return status, json.dumps(document).encode(), {}

    def _code(self) -> tuple[int, dict[str, Any]]:
        return 200, {
            "device_code": "device", "user_code": "ABCD-EFGH", "verification_uri": "https://login.example/device",
            "expires_in": 900, "interval": self.interval, "message": "To sign in …",
        }  # fmt: skip

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        grant = form["grant_type"].rpartition(":")[2]
        if grant == "client_credentials":
            if form.get("client_secret") != SECRET:
                words = "AADSTS7000215: Invalid client secret provided. Trace ID: 1 Correlation ID: 2"
                return 401, {"error": "invalid_client", "error_description": words}
            return 200, self._tokens(None)
        if grant == "device_code":
            if self.pending:
                self.pending -= 1
                return 400, {"error": "authorization_pending"}
            return (200, self._tokens(self._new_refresh(None))) if self.decision == "yes" else (
                400, {"error": self.decision})  # fmt: skip
        if grant == "authorization_code":
            return 200, self._tokens(self._new_refresh(None))
        return self._renewed(form.get("refresh_token", ""))

    def _renewed(self, shown: str) -> tuple[int, dict[str, Any]]:
        if shown not in self._refresh:
            words = "AADSTS700082: The refresh token has expired due to inactivity. Trace ID: 1"
            return 400, {"error": "invalid_grant", "error_description": words}
        if before := self._refresh[shown]:
            self._refresh.pop(before, None)  # its successor is used: now it is over
        successor = self._new_refresh(shown)
        if self.strict:
            self._refresh.pop(shown)
        return 200, self._tokens(successor)

    def _new_refresh(self, before: str | None) -> str:
        self._number += 1
        self._refresh[f"refresh-{self._number}"] = before
        return f"refresh-{self._number}"

    def _tokens(self, refresh: str | None) -> dict[str, Any]:
        self._number += 1
        access = f"access-{self._number}"
        self.valid.add(access)
        said: dict[str, Any] = {"token_type": "Bearer", "expires_in": self.lasts, "access_token": access}
        if refresh:
            said["refresh_token"] = refresh
            if self.refresh_lasts:
                said["refresh_token_expires_in"] = self.refresh_lasts
        return said
