"""The same reply as mail programs send it: as plain text, as HTML, and as both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape

ATTRIBUTION = "On Mon, 23 Nov 2026 at 10:00, Example Support <support@example.com> wrote:"
HEADER = (
    ("From", "Example Support <support@example.com>"),
    ("Sent", "Monday, November 23, 2026 10:00 AM"),
    ("To", "Erika Krause <erika@customer.example>"),
    ("Subject", "Re: [#1042] Printer"),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """Paragraphs of lines above the quoted letter, the letter, and what stands below it."""

    above: tuple[tuple[str, ...], ...]
    letter: tuple[tuple[str, ...], ...]
    below: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Client:
    """How a program writes a reply."""

    name: str
    plain: Callable[[Reply], str]
    html: Callable[[Reply], str]
    marks: bool = True
    """It marks what it quotes, so that answers may stand below it."""

    def forms(self, reply: Reply) -> dict[str, bytes]:
        """The three mails."""
        return forms(self.plain(reply), self.html(reply))


def forms(plain: str, html: str) -> dict[str, bytes]:
    """A reply with this body: as plain text, as HTML, and as both."""
    return {"plain": _mail(plain, None), "html": _mail(None, html), "both": _mail(plain, html)}


def _mail(plain: str | None, html: str | None) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = "Erika Krause <erika@customer.example>", "support@example.com"
    made["Subject"], made["In-Reply-To"] = "Re: [#1042] Printer", "<1042.abc@example.com>"
    if plain is not None:
        made.set_content(plain, cte="quoted-printable")
    if html is not None and plain is not None:
        made.add_alternative(html, subtype="html", cte="quoted-printable")
    elif html is not None:
        made.set_content(html, subtype="html", cte="quoted-printable")
    return made.as_bytes()


def _paragraphs(of: Sequence[Sequence[str]], mark: str = "") -> str:
    blank = f"\n{mark.rstrip()}\n"
    return blank.join("\n".join(f"{mark}{line}" for line in each) for each in of)


def _divs(of: Sequence[Sequence[str]]) -> str:
    """Gmail, Apple Mail: a block for each line, an empty one between paragraphs."""
    return "<div><br></div>".join("".join(f"<div>{_line(line)}</div>" for line in each) for each in of)


def _breaks(of: Sequence[Sequence[str]]) -> str:
    return "<br>\n<br>\n".join("<br>\n".join(map(_line, each)) for each in of)


def _normal(of: Sequence[Sequence[str]]) -> str:
    """Outlook: each line is a paragraph without margin, and so is the space between two of them."""
    empty = '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
    return empty.join("".join(f'<p class="MsoNormal">{_line(line)}<o:p></o:p></p>' for line in each) for each in of)


def _line(line: str) -> str:
    """Two blanks in a row are kept as programs keep them."""
    return escape(line, quote=False).replace("  ", " &nbsp;").replace("ü", "&uuml;")


def _marked(reply: Reply) -> str:
    head = f"{_paragraphs(reply.above)}\n\n{ATTRIBUTION}\n{_paragraphs(reply.letter, '> ')}\n"
    return head + (f"\n{_paragraphs(reply.below)}\n" if reply.below else "")


def _gmail(reply: Reply) -> str:
    said = escape(ATTRIBUTION)
    return (
        f'<div dir="ltr">{_divs(reply.above)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{said}<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">'
        f'{_divs(reply.letter)}</blockquote></div><div dir="ltr">{_divs(reply.below)}</div>'
    )


def _thunderbird(reply: Reply) -> str:
    return (
        f"<html><body><p>{_breaks(reply.above)}</p><div class='moz-cite-prefix'>{escape(ATTRIBUTION)}<br></div>"
        f'<blockquote type="cite" cite="mid:1042.abc@example.com">{_breaks(reply.letter)}</blockquote>'
        f"<p>{_breaks(reply.below)}</p></body></html>"
    )


def _apple(reply: Reply) -> str:
    return (
        f'<html><body style="overflow-wrap: break-word;">{_divs(reply.above)}<div><br><blockquote type="cite">'
        f'<div>{escape(ATTRIBUTION)}</div><br class="Apple-interchange-newline"><div>{_breaks(reply.letter)}</div>'
        f"</blockquote></div><br>{_divs(reply.below)}</body></html>"
    )


def _apple_plain(reply: Reply) -> str:
    quoted = f"> {ATTRIBUTION}\n>\n{_paragraphs(reply.letter, '> ')}"
    below = f"\n\n{_paragraphs(reply.below)}" if reply.below else ""
    return f"{_paragraphs(reply.above)}\n\n{quoted}{below}\n"


def _outlook_plain(reply: Reply) -> str:
    header = "\n".join(f"{name}: {value}" for name, value in HEADER)
    return f"{_paragraphs(reply.above)}\n\n{header}\n\n{_paragraphs(reply.letter)}\n"


def _outlook(reply: Reply) -> str:
    header = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in HEADER)
    return (
        f'<html><body><div class="WordSection1">{_normal(reply.above)}<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
        f'<p class="MsoNormal">{header}<o:p></o:p></p></div></div><p class="MsoNormal"><o:p>&nbsp;</o:p></p>'
        f"{_normal(reply.letter)}</div></body></html>"
    )


def _owa(reply: Reply) -> str:
    header = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in HEADER)
    return (
        f'<html><body><div class="elementToProof">{_divs(reply.above)}</div><div id="appendonsend"></div>'
        f'<hr style="display:inline-block;width:98%"><div id="divRplyFwdMsg" dir="ltr"><font>{header}</font>'
        f"<div>&nbsp;</div></div><div>{_breaks(reply.letter)}</div></body></html>"
    )


CLIENTS = (
    Client("Gmail", _marked, _gmail),
    Client("Thunderbird", _marked, _thunderbird),
    Client("Apple Mail", _apple_plain, _apple),
    Client("Outlook", _outlook_plain, _outlook, marks=False),
    Client("Outlook on the web", _outlook_plain, _owa, marks=False),
)
