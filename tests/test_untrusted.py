"""What a person reads where a server's certificate is not trusted."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from mailgate.untrusted import in_words
from tests.doubles.certificate import self_signed


async def refusal(folder: Path) -> ssl.SSLError:
    """As Python says it of a server that nobody vouches for."""
    context = self_signed(folder).server()
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server:
        with pytest.raises(ssl.SSLError) as wrong:
            await asyncio.open_connection(*server.sockets[0].getsockname()[:2], ssl=ssl.create_default_context())
    return wrong.value


async def test_of_an_authority_of_ones_own_it_says_where_to_name_it(tmp_path: Path) -> None:
    said = in_words(await refusal(tmp_path))
    assert said.startswith("its certificate is not trusted (")
    assert "SSL_CERT_FILE" in said
    assert "_ssl.c" not in said


async def test_it_is_found_below_what_a_library_makes_of_it(tmp_path: Path) -> None:
    above = ConnectionError("no connection")
    above.__cause__ = await refusal(tmp_path)
    assert "SSL_CERT_FILE" in in_words(above)


@pytest.mark.parametrize(("wrong", "words"), [(OSError("refused"), "refused"), (TimeoutError(), "TimeoutError")])
def test_everything_else_speaks_for_itself(wrong: Exception, words: str) -> None:
    assert in_words(wrong) == words
