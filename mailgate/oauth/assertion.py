"""How an application proves that it is itself: by a secret, or by a signed assertion in its place (RFC 7523, 2.2), as
clusters put them into files and renew them there."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any, Final

from mailgate.errors import ConfigurationError
from mailgate.oauth.login import Login

_KIND: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def proof(login: Login) -> dict[str, str]:
    """What goes into a form; nothing where the application has no secret. Raises ConfigurationError."""
    secret = secret_of(login)
    if secret is None:
        return {}
    if claims(secret) is not None:
        return {"client_assertion_type": _KIND, "client_assertion": secret}
    return {"client_secret": secret}


def secret_of(login: Login) -> str | None:
    """Read anew each time, so that it may be changed at any time. Raises ConfigurationError."""
    if login.secret is None:
        return None
    try:
        secret = login.secret.read_text("utf-8").strip()
    except (OSError, UnicodeError) as wrong:
        raise ConfigurationError(f"{login.name}: the secret can not be read: {wrong}.") from wrong
    if not secret:
        raise ConfigurationError(f"{login.name}: the secret in {login.secret} is empty.")
    return secret


def lifetime(secret: str) -> tuple[datetime | None, datetime] | None:
    """From when to when an assertion holds; None for a secret that does not say so."""
    said = claims(secret) or {}
    until = _time(said.get("exp"))
    return (_time(said.get("iat")), until) if until else None


def claims(secret: str) -> dict[str, Any] | None:
    """What a JSON Web Token says (RFC 7519, 3); None where it is none. Its signature is for others to check."""
    parts = secret.split(".")
    if len(parts) != 3 or not all(parts):
        return None
    head, said = (_decoded(part) for part in parts[:2])
    return said if isinstance(head, dict) and "alg" in head and isinstance(said, dict) else None


def _decoded(part: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None


def _time(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(seconds), UTC) if isinstance(seconds, int | float) else None
    except (ValueError, OverflowError, OSError):
        return None
