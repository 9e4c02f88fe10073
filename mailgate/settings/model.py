"""The whole configuration as one frozen value. The five files are its five ancestors; each key exists once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, PrivateAttr

from mailgate.settings import former
from mailgate.settings.categories import Categories, CategoryNode, Kind, resolve, was_of_categories
from mailgate.settings.hosts import in_a_labels
from mailgate.settings.people import CustomerGroup, People
from mailgate.settings.routing import Routing
from mailgate.settings.scalars import Count, Section, lower_ascii
from mailgate.settings.service import Service
from mailgate.settings.site import (
    Alerts,
    Delivery,
    Intake,
    Limits,
    OurAddress,
    Site,
    Storage,
    Tickets,
    Web,
)


class Mailgate(Section):
    """mailgate.yaml."""

    site: Site
    storage: Storage = Storage()
    workers: Count = 1
    reload: Literal["on_signal", "on_change"] = "on_signal"
    tickets: Tickets = Tickets()
    addresses: tuple[OurAddress, ...] = Field(min_length=1)
    intake: Intake = Intake()
    delivery: Delivery = Delivery()
    web: Web = Web()
    alerts: Alerts = Alerts()
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class Target:
    """An address of ours that a mail was sent to: which one, under which spelling, with which +tag."""

    address: OurAddress
    spelling: str
    """As addressed, without the +tag, in lower case."""
    tag: str = ""
    """What stood behind the +, in lower case."""

    @property
    def box(self) -> str:
        """One word for all spellings of this address; a role address is one of its own."""
        ours = {each.lower() for each in (self.address.address, *self.address.aliases)}
        return self.address.address.lower() if self.spelling in ours else self.spelling


_GENERAL = CategoryNode("general", {"en": "General", "de": "Allgemein"}, None, None, True, False, (), (), None)
_BUILT_IN_KINDS = {"request": Kind(name={"en": "Request", "de": "Anfrage"})}


class Settings(Mailgate, People, Categories, Routing, Service):
    """Everything the five files say. Built by `load.py`, which also sets where it came from."""

    _folder: Path = PrivateAttr(default=Path("config"))
    _version: str = PrivateAttr(default="")
    _state: Path | None = PrivateAttr(default=None)
    _lines: dict[str, tuple[str, int]] = PrivateAttr(default_factory=dict)
    _files: dict[str, str] = PrivateAttr(default_factory=dict)
    _secret: frozenset[tuple[str, ...]] = PrivateAttr(default=frozenset())

    def comes_from(
        self,
        folder: Path,
        version: str,
        lines: dict[str, tuple[str, int]],
        files: dict[str, str] | None = None,
        secret: frozenset[tuple[str, ...]] = frozenset(),
    ) -> None:
        """Notes where these settings were read. `lines`: file and line of each rule by its name; `files`: digests of
        the texts beside them (`templates/reply.en.txt`); `secret`: paths of values that came from the environment."""
        self._folder = folder
        self._version = version
        self._lines = lines
        self._files = files or {}
        self._secret = secret

    def belong_to(self, state: Path) -> None:
        """Notes the state folder of the daemon that works with this, whatever the folder says and wherever it lies."""
        self._state = state

    def moved_to(self, copy: Path) -> Settings:
        """The same, with its templates and texts read from an exact copy of its folder."""
        moved = self.model_copy()
        moved._folder = copy
        return moved

    @property
    def folder(self) -> Path:
        """The configuration folder, or the exact copy of it that a daemon works with."""
        return self._folder

    @property
    def state(self) -> Path | None:
        """The state folder, where it is not to be found out from the folder."""
        return self._state

    @property
    def version(self) -> str:
        """Digest of all files: which configuration judged a mail."""
        return self._version

    def place_of_rule(self, name: str) -> tuple[str, int]:
        """File (relative to the folder) and line of a rule."""
        return self._lines.get(name, ("routing.yaml", 0))

    @property
    def files(self) -> dict[str, str]:
        """The digest of each template, text for agents and case, by its name relative to the folder, as it was read."""
        return self._files

    def is_secret(self, path: tuple[str, ...]) -> bool:
        """Whether this value, or one it stands in, came from the environment, so that nobody may print it."""
        return any(path[: len(each)] == each or each[: len(path)] == path for each in self._secret)

    @cached_property
    def _successors(self) -> dict[str, dict[str, str]]:
        plain: dict[str, former.Was] = {
            "agent": {name: each.was for name, each in self.agents.items()},
            "group": {name: each.was for name, each in self.groups.items()},
            "customer group": {name: each.was for name, each in self.customer_groups.items()},
            "kind": {name: each.was for name, each in self.all_kinds.items()},
            "channel": {"email": (), **{name: each.was for name, each in self.channels.items()}},
        }
        by_name = {what: former.successors(entries) for what, entries in plain.items()}
        categories = {"general": (), **was_of_categories(self.categories)}
        return {**by_name, "category": former.successors_of_categories(categories)}

    def successors(self, what: str) -> dict[str, str]:
        """Names that were given up, and who goes by them now; `what` as in `former.SORTS`."""
        return self._successors[what]

    def now_called(self, what: str, name: str) -> str:
        """The name that somebody or something goes by now."""
        return self._successors[what].get(name, name)

    @cached_property
    def _targets(self) -> dict[str, OurAddress]:
        return {spelling.lower(): ours for ours in self.addresses for spelling in (ours.address, *ours.aliases)}

    @cached_property
    def _plain_targets(self) -> dict[str, Target]:
        """Addresses as they are asked about many times for each mail."""
        return {spelling: Target(ours, spelling) for spelling, ours in self._targets.items()}

    @cached_property
    def domains(self) -> frozenset[str]:
        """The domains of our addresses."""
        return frozenset(spelling.rpartition("@")[2] for spelling in self._targets)

    def target(self, address: str) -> Target | None:
        """Which address of ours this is: with or without +tag, an alias, postmaster@ or abuse@ of our domains."""
        if known := self._plain_targets.get(address):
            return known
        local, at, domain = in_a_labels(lower_ascii(address)).rpartition("@")
        if domain not in self.domains:
            return None
        plain, _, tag = local.partition("+")
        for spelling, rest in ((f"{local}{at}{domain}", ""), (f"{plain}{at}{domain}", tag)):
            if ours := self._targets.get(spelling):
                return Target(ours, spelling, rest)
        if plain in ("postmaster", "abuse"):
            return Target(self.addresses[0], f"{plain}@{domain}", tag)
        return None

    def box_of(self, address: str) -> str:
        """One word for all spellings of one of our addresses; a role address is one of its own."""
        if known := self._plain_boxes.get(address):
            return known
        found = self.target(address)
        return lower_ascii(address) if found is None else found.box

    @cached_property
    def _plain_boxes(self) -> dict[str, str]:
        return {spelling: found.box for spelling, found in self._plain_targets.items()}

    @cached_property
    def _agents_by_address(self) -> dict[str, str]:
        return {address: name for name, agent in self.agents.items() for address in agent.addresses}

    def agent_at(self, address: str) -> str | None:
        """The id of the active agent whose address or alias this is."""
        name = self._agents_by_address.get(lower_ascii(address))
        return name if name and self.agents[name].active else None

    @cached_property
    def category_nodes(self) -> dict[str, CategoryNode]:
        """Every category by its path, in the order of the file; `general` always exists."""
        nodes = {node.path: node for node in resolve(self.categories)}
        return nodes if "general" in nodes else {**nodes, "general": _GENERAL}

    @cached_property
    def all_kinds(self) -> dict[str, Kind]:
        """Every kind of case by its id; `request` always exists."""
        return {**_BUILT_IN_KINDS, **self.kinds}

    @cached_property
    def promising_kinds(self) -> frozenset[str]:
        """Kinds that promise anything, at whatever priority."""
        return frozenset(name for name, kind in self.all_kinds.items() if kind.promises_anything)

    @cached_property
    def promising_groups(self) -> frozenset[str]:
        """Customer groups to which anything is promised."""
        groups = self.customer_groups.items()
        return frozenset(name for name, each in groups if each.promises.response or each.promises.solution)

    @cached_property
    def timing(self) -> str:
        """Digest of all that decides when something falls due on a ticket."""
        of_site, of_kinds = (self.site.timezone, self.calendars), (self.all_kinds, self.customer_groups)
        of_clock = (self.reminders, self.auto_close, self.unanswered)
        return hashlib.sha256(repr((of_site, of_kinds, of_clock)).encode()).hexdigest()

    def groups_of(self, agent: str) -> tuple[str, ...]:
        """The groups this agent is a member or the coordinator of."""
        return tuple(
            name for name, group in self.groups.items() if agent in group.members or agent == group.coordinator
        )

    @cached_property
    def domains_of_agents(self) -> frozenset[str]:
        return frozenset(address.rpartition("@")[2] for address in self._agents_by_address)

    def customer_group(self, name: str) -> CustomerGroup | None:
        return self.customer_groups.get(name)
