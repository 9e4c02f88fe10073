"""Message-IDs and subjects."""

from __future__ import annotations

import pytest

from mailgate.mail.references import base_subject, has_oversized_id, message_ids


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@b>", ("a@b",)),
        ("<a@b> <c@d>", ("a@b", "c@d")),
        ("<a@b>,<c@d>;<a@b>", ("a@b", "c@d")),
        ("<a\r\n @b>", ("a@b",)),
        ("text <a@b> (comment <c@d>)", ("a@b", "c@d")),
        ("a@b, c@d", ("a@b", "c@d")),
        ("=?utf-8?q?=3CAM0PR09MB=40eurprd09=3E?=", ("AM0PR09MB@eurprd09",)),
        ("<[x@microsoft.com]>", ("[x@microsoft.com]",)),
        ("<a b c>", ("abc",)),
        ("<<a@b>>", ("a@b",)),
        ("<>", ()),
        ("none", ()),
        ("<" * 1000, ()),
    ],
)
def test_ids_are_found_however_they_are_written(value: str, ids: tuple[str, ...]) -> None:
    assert message_ids(value) == ids


def test_an_oversized_id_is_left_out_and_can_be_told() -> None:
    value = f"<a@b> <{'x' * 999}>"
    assert message_ids(value) == ("a@b",)
    assert has_oversized_id(value)
    assert not has_oversized_id("<a@b> " * 500)


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: VPN", "VPN"),
        ("AW: WG: Fwd: Re[2]: RE(3): Antw.: VPN", "Antw.: VPN"),
        ("Re:Re:Re: VPN", "VPN"),
        ("RE : VPN", "VPN"),
        ("Re^2: VPN", "VPN"),
        ("SV: VS: Odp: RV: TR: R: Rif: VPN", "VPN"),
        ("回复：VPN", "VPN"),
        ("Ynt: İlt: VPN", "VPN"),
        ("Re: [#1042] VPN", "[#1042] VPN"),
        ("[#1042] Re: VPN", "[#1042] Re: VPN"),
        ("Request: VPN", "Request: VPN"),
        ("Regarding: VPN", "Regarding: VPN"),
        ("C: drive is full", "C: drive is full"),
        ("Re:", ""),
        ("", ""),
    ],
)
def test_prefixes_of_replies_go_and_tags_stay(subject: str, base: str) -> None:
    assert base_subject(subject) == base
