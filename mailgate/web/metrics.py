"""The numbers of `mailgate status` for Prometheus, under names that `docs/metrics.md` explains.

They are read from the database at each scrape, so they are right after a restart too, and the same on every node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Number:
    """One metric: its name, what it tells, and where it stands in the document of `status --json`."""

    name: str
    tells: str
    found: Callable[[Json], float | dict[str, float]]
    """One value, or one for each value of `label`."""
    label: str = ""
    counter: bool = False

    def metric(self, document: Json) -> Metric:
        """With the values of this moment."""
        kind = CounterMetricFamily if self.counter else GaugeMetricFamily
        metric = kind(self.name, self.tells, labels=[self.label] if self.label else [])
        found = self.found(document)
        for label, value in found.items() if isinstance(found, dict) else [("", found)]:
            metric.add_metric([label] if self.label else [], value)
        return metric


NUMBERS: tuple[Number, ...] = (
    Number("mailgate_healthy", "1 where nothing is wrong, else 0.", lambda status: float(status["healthy"])),
    Number("mailgate_problems", "How many things are wrong.", lambda status: len(status["problems"])),
    Number(
        "mailgate_configuration",
        "1 for the version that runs.",
        lambda status: {str(status["config"]["version"]): 1.0},
        label="version",
    ),
    Number(
        "mailgate_configuration_ok",
        "1 where the files as they are now could be loaded, else 0.",
        lambda status: float(status["config"]["ok"]),
    ),
    Number("mailgate_mails_accepted", "Mails taken.", lambda status: status["mails"]["accepted"], counter=True),
    Number(
        "mailgate_mails",
        "Mails by what became of them.",
        lambda status: _each(status["mails"], "pending", "handled", "held", "failed", "dropped"),
        label="state",
    ),
    Number(
        "mailgate_letters",
        "Letters by state; pending are those that are due.",
        lambda status: _each(status["outbox"], "pending", "sent", "failed"),
        label="state",
    ),
    Number(
        "mailgate_letter_oldest_seconds",
        "How long the oldest letter that is due has been waiting.",
        lambda status: status["outbox"]["oldest_seconds"] or 0.0,
    ),
    Number(
        "mailgate_acknowledgements_suppressed",
        "Acknowledgements that a budget or the gate stopped.",
        lambda status: status["acknowledgements_suppressed"],
        counter=True,
    ),
    Number(
        "mailgate_tickets",
        "Tickets by state.",
        lambda status: _each(status["tickets"], "open", "closed"),
        label="state",
    ),
    Number(
        "mailgate_tickets_red",
        "Open tickets whose light is red.",
        lambda status: status["tickets"]["red"],
    ),
)


def _each(document: Json, *names: str) -> dict[str, float]:
    return {name: float(document[name]) for name in names}


class Numbers(Collector):
    """What one scrape sees. `status` gives the document; what it raises ends the scrape."""

    def __init__(self, status: Callable[[], Json]) -> None:
        self._status = status

    def describe(self) -> Iterator[Metric]:
        """No scrape while we are registered."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """All numbers of one moment."""
        document = self._status()
        for number in NUMBERS:
            yield number.metric(document)


def registry(status: Callable[[], Json]) -> CollectorRegistry:
    """A registry of our own: two daemons in one process do not mix their numbers."""
    own = CollectorRegistry()
    own.register(Numbers(status))
    for register in (ProcessCollector, PlatformCollector, GCCollector):
        register(registry=own)
    return own


def page(own: CollectorRegistry) -> bytes:
    """The text format of Prometheus."""
    return generate_latest(own)
