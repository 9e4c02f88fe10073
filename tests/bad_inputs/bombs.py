"""Little that would become much, and words that send slow programs to sleep."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib

from tests.bad_inputs.bad import CRLF, Bad, mail
from tests.bad_inputs.mime import PLAIN, multipart

_MB = 1024 * 1024


def _file(name: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    encoded = base64.encodebytes(content).replace(b"\n", CRLF)
    head = (
        f'Content-Type: {kind}; name="{name}"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment'
    )
    return multipart([PLAIN, head.encode() + CRLF * 2 + encoded])


def _zip(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _png(side: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + check

    size = side.to_bytes(4, "big") * 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + b"\x08\x02\0\0\0")
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def _html(body: str) -> bytes:
    return mail("MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8", body=body)


_ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "&%c;&%c;">' % (98 + each, 97 + each, 97 + each) for each in range(20))
    + b"]><x>&u;</x>"
)

BOMBS: tuple[Bad, ...] = (
    Bad("a zip of 30 MB", _file("a.zip", _zip({"zeros": bytes(30 * _MB)})), "T"),
    Bad("a zip in a zip", _file("a.zip", _zip({"b.zip": _zip({"c.zip": _zip({"zeros": bytes(_MB)})})})), "T"),
    Bad("a gzip", _file("a.gz", gzip.compress(bytes(30 * _MB))), "T"),
    Bad("a zip that climbs out", _file("a.zip", _zip({"../../etc/passwd": b"x"})), "T"),
    Bad("a sheet with entities", _file("a.xlsx", _zip({"xl/workbook.xml": _ENTITIES})), "T"),
    Bad("a picture of 60,000 by 60,000", _file("a.png", _png(60_000), "image/png"), "T"),
    Bad("200,000 quote marks", mail(body=">" * 200_000 + "\r\n"), "TR"),
    Bad("quote stairs", mail(body="".join(">" * each + " x\r\n" for each in range(800))), "T"),
    Bad("30,000 times On", mail(body="On " * 30_000 + "\r\n"), "TR"),
    Bad("30,000 lines of On", mail(body="On Monday\r\n" * 30_000), "TQ"),
    Bad("300,000 empty lines", mail(body="It burns.\r\n" + "\r\n" * 300_000), "TQ"),
    Bad("20,000 original messages", mail(body="-----Original Message-----\r\n" * 20_000), "TQ"),
    Bad("50,000 signatures", mail(body="-- \r\n" * 50_000), "TQ"),
    Bad("a long address of a page", mail(body="http://" + "a." * 20_000 + "\r\n"), "T"),
    Bad("50,000 words like tokens", mail(body=("support+" + "a" * 24 + "@example.com\r\n") * 50_000), "TQ"),
    Bad("50,000 commands", mail(body="#close\r\n" * 50_000), "TQ"),
    Bad("a letter that becomes eighteen", mail(body="\ufdfa" * 30_000 + "\r\n"), "TR"),
    Bad("letters under piles of marks", mail(body=("a" + "\u0301" * 200) * 100 + "\r\n"), "T"),
    Bad("50,000 divs", _html("<div>" * 50_000 + "x"), "TQR"),
    Bad("a ladder of entities", _html(_ENTITIES.decode()), "T"),
    Bad("50,000 open comments", _html("<!--" * 50_000), "TQR"),
    Bad(
        "3 MB in a data address", _html('<img src="data:image/png;base64,' + ("A" * 900 + "\r\n") * 3_400 + '">x'), "T"
    ),
    Bad("a table of 20,000 cells", _html("<table>" + "<tr><td>x</td></tr>\r\n" * 20_000 + "</table>"), "TQ"),
)
