"""A letter's view with something in every field: what `check` renders templates with, and what tests look at."""

from __future__ import annotations

from typing import Final

from mailgate.outbox.view import (
    Chapter,
    Crossed,
    Effect,
    FileLine,
    HeldLine,
    LetterView,
    Mistake,
    OtherTicket,
    SaidLine,
    Tap,
    TicketLine,
)
from mailgate.outbox.view_lines import FigureLine, HappenedLine, TroubleLine

_TAKE: Final = Tap("#take", "mailto:support@example.com?subject=%5B%231042%5D&body=%23take")
_RESOLVE: Final = Tap("#resolve", "mailto:support@example.com?subject=%5B%231042%5D&body=%23resolve")

SAMPLE: Final = LetterView(
    site="Example Support",
    number=1042,
    subject="VPN is down since this morning",
    reader="Erika Krause",
    status="in progress",
    category="Network / VPN",
    group="Network team",
    assignee="Anna Alt",
    priority="high",
    kind="Incident",
    deadline="Monday, 23 November 2026, 17:00",
    light="yellow",
    writer="Erika Krause",
    writer_address="erika@partner.example",
    answer_goes_to="Erika Krause",
    words="Good morning,\n\nthe tunnel drops every five minutes:\n  1. connect\n  2. wait\n\nKind regards\nErika",
    remark="Written by Erika Krause from an address that is not proven.",
    event="Invitation: Look at the tunnel · Monday, 30 November 2026, 10:00–10:30 · Room 4 · from Erika Krause",
    said="Erika Krause answered the reporter",
    earlier="Since when does it happen?\nWhich address do you see?",
    files=(FileLine("log.txt", "12 kB"), FileLine("trace.pcap", "48 MB", attached=False)),
    rule="VPN trouble (routing.yaml:4)",
    others=(OtherTicket(1038, "Printer in room 12", "waiting"), OtherTicket(1040, "New telephone", "new")),
    taps=(_TAKE, _RESOLVE),
    expected="Monday, 23 November 2026, 11:00",
    promised="Thursday, 24 December 2026, 17:00",
    asked_on="Monday, 16 November 2026, 10:00",
    closes="Monday, 30 November 2026, 10:00",
    reopens="Wednesday, 30 December 2026, 10:00",
    notice="Wi-Fi in building 3 is down until noon.",
    missing=("customer", "phone", "number"),
    change="Ben Beck assigned it to Anna Alt.",
    progress=("Parts: 1 of 2, missing: Cleo Chen (1044)",),
    solution="The certificate of the gateway is renewed. Please connect once more.",
    also=(OtherTicket(1043, "The tunnel drops again", "resolved"),),
    wanted="Thursday, 10 December 2026, 17:00",
    customer="Max Muster",
    their_number="INC-4711",
    effects=(
        Effect("1042 is handled by Anna Alt.", "#unassign"),
        Effect("Category is Network / VPN.", "#category general"),
        Effect("Your answer goes to Erika Krause."),
    ),
    mistakes=(Mistake("#tkae", 'There is no command "tkae".', (_TAKE,)),),
    acts=("Your answer is sent to Erika Krause.", "1042 is resolved."),
    why="The mail did not prove that it is from you.",
    crossed=(
        Crossed(
            "Ben Beck answered her on Monday, 23 November 2026, 10:10, after the letter that this mail answers.",
            "Ben Beck",
            "Dear Erika,\n\nwhich gateway is it?",
        ),
    ),
    recipient="erika@partner.example",
    owes_number=True,
    commands=(
        ("#take", "it is mine"),
        ("#assign WHO", "it is theirs, and what you write is a note for them"),
        ("#priority low|normal|high|urgent", "how much it hurries"),
    ),
    troubles=(
        TroubleLine(
            "The relay smtp://192.0.2.1:25 takes no letters: connection refused.",
            "Monday, 23 November 2026, 9:00",
            "Letters that go this way wait and are tried again by themselves; none is lost.",
            "Look at that server.",
        ),
    ),
    over=(
        TroubleLine(
            "The disk has 12 MiB left.", "Sunday, 22 November 2026, 9:00", until="Sunday, 22 November 2026, 10:00"
        ),
    ),
    more=3,
    held=(
        HeldLine(
            "M-17",
            "Mallory <mallory@elsewhere.example>",
            "Cheap watches at hxxp://evil[.]example",
            "Monday, 23 November 2026, 9:00",
            "it is marked as spam (X-Spam-Flag: YES).",
            (
                Tap("Keep M-17", "mailto:support@example.com?body=%23M-17%20keep"),
                Tap("Drop M-17", "mailto:support@example.com?body=%23M-17%20drop"),
            ),
        ),
        HeldLine("M-18", "mallory@elsewhere.example", "", "Monday, 23 November 2026, 9:10", "a rule holds it."),
    ),
    heading="Open tickets · mine",
    heads=("tickets", "open", "answer", "kept"),
    figures=(
        FigureLine("Network team", ("1,204", "12", "45 min", "97%")),
        FigureLine("Service centre for customers and partners abroad, and whoever else", ("84", "3", "3.5 h", "")),
        FigureLine("all together", ("1,288", "15", "48 min", "97%"), is_total=True),
    ),
    rows=(
        TicketLine(
            1042,
            "VPN is down",
            "Erika Krause",
            "waiting",
            "Anna Alt",
            "Friday, 27 November 2026, 17:00",
            "high",
            "yellow",
            Tap("1042", "mailto:support@example.com?body=%23show%201042"),
        ),
        TicketLine(1043, "Room 12 is cold", "Paul Pohl", "new"),
    ),
    chapters=(
        Chapter(
            "Overdue",
            (
                TicketLine(
                    1042,
                    "VPN is down",
                    "Erika Krause",
                    "in progress",
                    "Anna Alt",
                    "Friday, 27 November 2026, 17:00",
                    "high",
                    "red",
                    Tap("1042", "mailto:support@example.com?body=%23show%201042"),
                ),
            ),
            2,
        ),
        Chapter("Nobody has them yet", (TicketLine(1043, "Room 12 is cold", "Paul Pohl", "new"),)),
    ),
    beside=("M-17 is held and waits for a decision.",),
    seal="17, Monday, 23 November 2026, 7:00",
    anchor="5f1d7c0b2e8a3c0b2e8a3c0b2e8a3c0b2e8a3c0b2e8a3c0b2e8a3c0b2e8a3c5e",
    conversation=(
        SaidLine(
            "Anna Alt", "Monday, 23 November 2026, 9:00", "note, internal", "Look\nhere.", (FileLine("a.txt", "1 kB"),)
        ),
    ),
    happened=(HappenedLine("Monday, 23 November 2026, 9:00", "taken · Anna Alt: status: new → in progress"),),
)

BARE: Final = LetterView(site="Example Support", formal=False)
"""Nothing in any field: every "if there is one" of a template is tried as well."""
