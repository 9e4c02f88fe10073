"""Are the passwords and keys that a configuration names fit to be used? What `check` says of the users file, of the
keys of agents, of those that sign our letters and of certificates, beyond that the files are there: line by line, and
what GnuPG and OpenSSL think of a key."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from mailgate.clock import Clock
from mailgate.errors import ConfigurationError
from mailgate.intake import tls
from mailgate.outbox import dkim
from mailgate.settings.model import Settings
from mailgate.settings.problems import Place, Problem
from mailgate.settings.tree import Found, Node, find, pattern, texts
from mailgate.settings.users_file import LARGEST_BYTES, Users, read_users
from mailgate.store.db import state_folder
from mailgate.trust import gnupg, logins, openssl, programs
from mailgate.trust.pinned import Pinned, key_of

_USERS = pattern("intake.submission.users_file")
_KEYS = pattern("agents.*.keys.*")
_SIGNING = pattern("delivery.dkim.*")
_LISTENERS = ("smtp", "submission")


def problems(settings: Settings, root: Node) -> Iterator[Problem]:
    """What keeps the configuration from being used."""
    for found, file, users in _users_files(settings, root):
        for wrong in users.mistakes:
            yield Problem.at(Place(file, wrong.line), found.path, wrong.why)
    owners: dict[bytes, str] = {}
    for found in texts(root, _KEYS):
        key, agent = key_of(settings.folder, found.text or ""), str(found.path[1])
        if not isinstance(key, Pinned):
            yield found.problem(key.why)
        elif (owner := owners.setdefault(key.content, agent)) != agent:
            yield found.problem(f"{key.file} is the key of {owner} already; nobody signs with the key of a colleague")
    yield from _no_signature(settings, root)
    yield from _no_tls(settings, root)


def doubts(settings: Settings, root: Node) -> Iterator[Problem]:
    """What will disappoint."""
    yield from _nobody_logs_in(settings, root)
    for found, file, users in _users_files(settings, root):
        for user in users.users:
            if why := _who_is_that(settings, user.name):
                yield Problem.at(Place(file, user.line), found.path, why)
    for found in texts(root, _KEYS):
        key = key_of(settings.folder, found.text or "")
        if isinstance(key, Pinned) and (doubt := _of_key(key)):
            yield found.problem(doubt)
    yield from _signs_nothing(settings, root)


# -- the users file ----------------------------------------------------------------------------------------------------


def _users_files(settings: Settings, root: Node) -> Iterator[tuple[Found, str, Users]]:
    """The key that names it, its name for people, and what it says; nothing where it can not be read, which is said
    already."""
    for found in find(root, _USERS):
        path = state_folder(settings) / (settings.intake.submission.users_file or "")
        try:
            with path.open("rb") as file:
                users = read_users(file.read(LARGEST_BYTES + 1))
        except OSError:
            continue
        yield found, settings.intake.submission.users_file or "", users


def _nobody_logs_in(settings: Settings, root: Node) -> Iterator[Problem]:
    submission = settings.intake.submission
    for found in find(root, _USERS) if submission.users_file else ():
        if submission.listen is None:
            yield found.key_problem("nobody can log in: intake.submission.listen says no place to listen")
        elif find_spec("bcrypt") is None:
            yield found.key_problem("nobody can log in: bcrypt is not installed; install mailgate[senders]")
        elif submission.tls is None and not _is_loopback(submission.listen):
            message = "only from this machine itself one can log in: a password needs intake.submission.tls"
            yield found.key_problem(message)


def _is_loopback(listen: str) -> bool:
    host = listen.rpartition(":")[0].strip("[]")
    try:
        return listen.startswith("unix:") or host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _who_is_that(settings: Settings, login: str) -> str | None:
    if logins.is_retired(settings, login):
        return f"'{login}' belongs to an agent who is none any more: he can not log in"
    if logins.is_known(settings, login):
        return None
    return f"'{login}' is no agent's id and no address: nothing vouches for From in what is handed in so"


# -- the keys of agents ------------------------------------------------------------------------------------------------


def _of_key(key: Pinned) -> str | None:
    program = programs.PROGRAMS[key.kind]
    if programs.found(program) is None:
        return f"no {key.kind} signature can be verified: the program {program} is not installed"
    return _of_openpgp(key) if key.kind == "OpenPGP" else _of_certificate(key)


def _of_openpgp(key: Pinned) -> str | None:
    found = gnupg.shown(key.content)
    if not found:
        return f"GnuPG finds no key in {key.file}"
    if any(each.signs for each in found):
        return None
    return f"no signature can be made with {key.file} any more: the key is {found[0].state}"


def _of_certificate(key: Pinned) -> str | None:
    with programs.workshop() as folder:
        Path(folder / "pinned.pem").write_bytes(key.content)
        told = openssl.about(folder, "pinned.pem")
    if told is None:
        return f"OpenSSL can not read the certificate in {key.file}"
    now = Clock().now()
    if now > told.ends:
        return f"the certificate in {key.file} has expired on {_day(told.ends)}"
    return f"the certificate in {key.file} is valid from {_day(told.begins)} on" if now < told.begins else None


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


# -- what signs our letters, and certificates --------------------------------------------------------------------------


def _no_signature(settings: Settings, root: Node) -> Iterator[Problem]:
    """The daemon would not start with such a key."""
    for found, signer in _signers(settings, root):
        if isinstance(signer, ConfigurationError):
            yield (found.below("key_file") or found).judged(str(signer))


def _signs_nothing(settings: Settings, root: Node) -> Iterator[Problem]:
    for found, signer in _signers(settings, root):
        if isinstance(signer, dkim.Signer) and not any(signer.covers(each.address) for each in settings.addresses):
            message = f"this key signs nothing: no address of ours is of {signer.domain}"
            yield (found.below("domain") or found).judged(message)


def _signers(settings: Settings, root: Node) -> Iterator[tuple[Found, dkim.Signer | ConfigurationError]]:
    for key, found in zip(settings.delivery.dkim, find(root, _SIGNING), strict=True):
        try:
            yield found, dkim.read_signers((key,), state_folder(settings))[0]
        except ConfigurationError as wrong:
            yield found, wrong


def _no_tls(settings: Settings, root: Node) -> Iterator[Problem]:
    """Nor with such a certificate."""
    for name in _LISTENERS:
        certificate = getattr(settings.intake, name).tls
        for found in find(root, ("intake", name, "tls", "cert_file")) if certificate else ():
            try:
                tls.server_context(settings, certificate)
            except ConfigurationError as wrong:
                yield found.judged(str(wrong))
