"""Whether the node has pages, and opens them. Their libraries are an extra: without it mailgate works just the same."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mailgate import log
from mailgate.errors import ConfigurationError
from mailgate.intake.endpoint import endpoint
from mailgate.settings.model import Settings

if TYPE_CHECKING:
    from mailgate.web.serving import Pages

LOG = log.get("web")
NEEDED = ("starlette", "uvicorn", "prometheus_client")


def opened(settings: Settings, status: Callable[[], dict[str, Any]]) -> Pages | None:
    """The pages, served from now on in the running loop; None where there are none. Raises ConfigurationError where an
    admin has set `web.listen` and nobody can listen there; a default that is taken only means that there are none."""
    listen = settings.web.listen
    if listen is None:
        return None
    wanted = "listen" in settings.web.model_fields_set
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        if wanted:
            raise ConfigurationError(f"web.listen: {missing[0]} is not installed; install mailgate[web]")
        LOG.info("no pages: the extra web is not installed")
        return None
    # Imported only here: an extra that is not installed must not keep the daemon from starting.
    from mailgate.web import app, serving

    at = endpoint(settings, listen)
    try:
        listening = serving.open_socket(at.host or "", at.port)
    except ConfigurationError as wrong:
        if wanted:
            raise
        LOG.warning("no pages: set web.listen to a free place, or to null", why=str(wrong))
        return None
    return serving.Pages(app.app(status), listening)
