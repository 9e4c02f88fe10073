"""Which path shows what (CONTRACT 10). Pages know no socket: `serving.py` brings them to one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from mailgate import log
from mailgate.errors import StoreUnavailable
from mailgate.web import metrics

LOG = log.get("web")
Status = Callable[[], dict[str, Any]]
"""The document of `status --json`. Raises StoreUnavailable."""


def app(status: Status) -> Starlette:
    """All pages. Each is plain synchronous code, run in a thread: it may ask the database."""
    numbers = metrics.registry(status)

    def health(request: Request) -> Response:
        """Whether all is well, and nothing of what is not: anybody may ask."""
        document = _asked(status)
        problems = len(document["problems"]) if document else 1
        answer = {"healthy": bool(document and document["healthy"]), "problems": problems}
        return JSONResponse(answer, 200 if answer["healthy"] else 503, _PLAIN)

    def prometheus(request: Request) -> Response:
        try:
            return Response(metrics.page(numbers), 200, _PLAIN, CONTENT_TYPE_LATEST)
        except StoreUnavailable as wrong:
            LOG.error("no numbers", why=str(wrong))
            return Response("the database does not answer\n", 503, _PLAIN, "text/plain")

    return Starlette(routes=[Route("/healthz", health), Route("/metrics", prometheus)])


_PLAIN = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def _asked(status: Status) -> dict[str, Any] | None:
    try:
        return status()
    except StoreUnavailable as wrong:
        LOG.error("not healthy", why=str(wrong))
        return None
