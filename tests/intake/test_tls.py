"""TLS: STARTTLS where a certificate is configured, TLS from the first byte where it is asked for, and nothing said in
the clear counts once TLS is up (RFC 3207; CVE-2024-34083)."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from mailgate.errors import ConfigurationError
from tests.doubles.certificate import Certificate, self_signed
from tests.intake.desk import open_desk, settings_for


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("certificate"))


def client_side(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate.file)


def smtp(certificate: Certificate, *, implicit: bool = False) -> dict[str, object]:
    tls = {"cert_file": str(certificate.file), "key_file": str(certificate.key), "implicit": implicit}
    return {"smtp": {"listen": "127.0.0.1:0", "tls": tls}}


async def test_starttls_is_offered_once_and_carries_a_mail(tmp_path: Path, certificate: Certificate) -> None:
    async with open_desk(tmp_path, intake=smtp(certificate)) as desk:
        client = await desk.call()
        assert "STARTTLS" in await client.ask("EHLO client.example")
        assert (await client.ask("STARTTLS now")).startswith("501")
        assert (await client.ask("STARTTLS")).startswith("220")
        await client.start_tls(client_side(certificate))
        assert "STARTTLS" not in await client.ask("EHLO client.example")
        assert (await client.ask("STARTTLS")).startswith("503")
        assert await client.hand_in() == "250 2.0.0 kept as M-1"


async def test_the_session_begins_anew_after_starttls(tmp_path: Path, certificate: Certificate) -> None:
    async with open_desk(tmp_path, intake=smtp(certificate)) as desk:
        client = await desk.call()
        await client.ask("EHLO client.example")
        await client.ask("MAIL FROM:<a@b.example>")
        await client.ask("STARTTLS")
        await client.start_tls(client_side(certificate))
        assert (await client.ask("RCPT TO:<support@example.com>")).startswith("503")
        assert (await client.ask("MAIL FROM:<a@b.example>")).startswith("503")


async def test_what_was_sent_before_the_handshake_is_thrown_away(tmp_path: Path, certificate: Certificate) -> None:
    async with open_desk(tmp_path, intake=smtp(certificate)) as desk:
        client = await desk.call()
        await client.ask("EHLO client.example")
        client.send(b"STARTTLS\r\nNOOP\r\n")
        assert (await client.reply()).startswith("220")
        await client.start_tls(client_side(certificate))
        assert (await client.ask("VRFY x")).startswith("252")


async def test_implicit_tls_speaks_tls_from_the_first_byte(tmp_path: Path, certificate: Certificate) -> None:
    async with open_desk(tmp_path, intake=smtp(certificate, implicit=True)) as desk:
        client = await desk.call(tls=client_side(certificate))
        assert "STARTTLS" not in await client.ask("EHLO client.example")
        assert await client.hand_in() == "250 2.0.0 kept as M-1"


@pytest.mark.parametrize("instead", [b"this is no handshake\r\n", b""])
async def test_a_broken_handshake_leaves_nothing_behind(
    tmp_path: Path, certificate: Certificate, instead: bytes
) -> None:
    async with open_desk(tmp_path, intake=smtp(certificate)) as desk:
        client = await desk.call()
        await client.ask("EHLO client.example")
        await client.ask("STARTTLS")
        client.send(instead)
        client.writer.close()
        assert await desk.reception.is_deserted_within(2)
        assert desk.reception.connections.total == 0


async def test_a_renewed_certificate_is_shown_after_a_reload(tmp_path: Path, certificate: Certificate) -> None:
    (tmp_path / "new").mkdir()
    renewed = self_signed(tmp_path / "new")
    async with open_desk(tmp_path, intake=smtp(certificate)) as desk:
        desk.listeners.settings = settings_for(tmp_path, intake=smtp(renewed))
        client = await desk.call()
        await client.ask("EHLO client.example")
        await client.ask("STARTTLS")
        await client.start_tls(client_side(renewed))
        assert (await client.ask("NOOP")).startswith("250")


async def test_a_bad_certificate_is_named_and_changes_nothing(tmp_path: Path, certificate: Certificate) -> None:
    bad = Certificate(tmp_path / "missing.pem", certificate.key)
    async with open_desk(tmp_path, intake=smtp(certificate)) as desk:
        with pytest.raises(ConfigurationError, match=r"missing\.pem"):
            desk.listeners.settings = settings_for(tmp_path, intake=smtp(bad))
        assert desk.listeners.settings is desk.settings
    with pytest.raises(ConfigurationError, match=r"missing\.pem"):
        async with open_desk(tmp_path, intake=smtp(bad)):
            await asyncio.sleep(0)
