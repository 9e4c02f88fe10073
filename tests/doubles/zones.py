"""A DNS server on loopback that serves the zones of a test (RFC 1035), over UDP and TCP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType

from dnslib import QTYPE, RCODE, RR, DNSRecord
from dnslib.server import BaseResolver, DNSHandler, DNSLogger, DNSServer


class Zones(BaseResolver):
    """`with Zones({"example.test TXT": ["v=spf1 -all"]}) as dns`: it listens on 127.0.0.1, port `dns.port`.

    A name that is not there does not exist; with another type, it has no such record. `failing` names answer SERVFAIL,
    `silent` names nothing at all. `asked` is every question, in order.
    """

    def __init__(self, records: Mapping[str, Sequence[str]] | None = None) -> None:
        self.records = {key.lower(): list(values) for key, values in (records or {}).items()}
        self.failing: set[str] = set()
        self.silent: set[str] = set()
        self.asked: list[str] = []
        self._servers = self._both()
        self.port = int(self._servers[0].server.server_address[1])

    def _both(self) -> list[DNSServer]:
        """For UDP and TCP on one port: where somebody else has it for one of them, another port."""
        quiet = DNSLogger(logf=lambda text: None)
        while True:
            udp = DNSServer(self, address="127.0.0.1", port=0, logger=quiet)
            port = udp.server.server_address[1]
            try:
                return [udp, DNSServer(self, address="127.0.0.1", port=port, tcp=True, logger=quiet)]
            except OSError:
                udp.server.server_close()

    def publish(self, name: str, kind: str, *values: str) -> None:
        """Serve these records from now on; without values the name has none of the kind."""
        self.records[f"{name} {kind}".lower()] = list(values)

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:
        """The answer to one question; called by the server."""
        name, kind = str(request.q.qname).rstrip(".").lower(), str(QTYPE[request.q.qtype])
        self.asked.append(f"{name} {kind}")
        answer = request.reply()
        if name in self.silent:
            raise ConnectionAbortedError(f"no answer about {name}")
        if name in self.failing:
            answer.header.rcode = RCODE.SERVFAIL
            return answer
        for value in self.records.get(f"{name} {kind}".lower(), ()):
            written = _quoted(value) if kind == "TXT" else value
            answer.add_answer(*RR.fromZone(f"{name}. 60 IN {kind} {written}"))
        if not any(key.startswith(f"{name} ") for key in self.records):
            answer.header.rcode = RCODE.NXDOMAIN
        return answer

    def __enter__(self) -> Zones:
        for server in self._servers:
            server.start_thread()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.stop()
            server.server.server_close()


def _quoted(text: str) -> str:
    """Strings of at most 255 octets each (RFC 1035, 3.3)."""
    return " ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))
