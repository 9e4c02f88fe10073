"""Sentences of what the clock does about tickets: why a letter is written now, and what happens next; rows of the table
in `sentences.py`. None begins with a number: in a letter to us, `#1042` at the start of a line looks like a command."""

from __future__ import annotations

OF_THE_CLOCK: dict[str, tuple[str, str]] = {
    # why now
    "clock.yellow": (
        "Time is getting short: #{number} is to be done by {when}.",
        "Die Zeit wird knapp: #{number} soll bis {when} erledigt sein.",
    ),
    "clock.red": (
        "Overdue: #{number} was to be done by {when}.",
        "Überfällig: #{number} sollte bis {when} erledigt sein.",
    ),
    "clock.red.ahead": (
        "The light of #{number} is red: it is to be done by {when}.",
        "Die Ampel von #{number} steht auf Rot: Es soll bis {when} erledigt sein.",
    ),
    "clock.response_soon": (
        "{name} waits for a first answer on #{number}. It is promised by {when}.",
        "{name} wartet bei #{number} auf eine erste Antwort. Versprochen ist sie bis {when}.",
    ),
    "clock.response_late": (
        "{name} still waits for a first answer on #{number}. It was promised by {when}.",
        "{name} wartet bei #{number} noch immer auf eine erste Antwort. Versprochen war sie bis {when}.",
    ),
    "clock.woken": (
        "Back in sight: #{number} was put aside until now.",
        "Wiedervorlage: #{number} war bis jetzt zurückgestellt.",
    ),
    "clock.waited": (
        "The wait is over: #{number} goes on.",
        "Die Wartezeit ist um: #{number} geht weiter.",
    ),
    "clock.nobody": ("Nobody has taken it.", "Noch niemand hat es übernommen."),
    "clock.not_accepted": (
        "{name} was asked to handle it and has not accepted it.",
        "{name} soll es bearbeiten, hat es aber nicht angenommen.",
    ),
    # what happens next
    "clock.next.red": (
        "On {when} the light turns red, and it is escalated.",
        "Am {when} springt die Ampel auf Rot, und es wird eskaliert.",
    ),
    "clock.next.response": (
        "Without an answer it is escalated then.",
        "Bleibt die Antwort aus, wird es dann eskaliert.",
    ),
    "clock.next.none": (
        "This letter comes once; the light stays red until it is done.",
        "Diese Mail kommt nur einmal; die Ampel bleibt rot, bis es erledigt ist.",
    ),
    "clock.next.answer": (
        "This letter comes once; with the first answer it is settled.",
        "Diese Mail kommt nur einmal; mit der ersten Antwort hat es sich erledigt.",
    ),
    # assignments that nobody accepts
    "change.deputy.asked": (
        "{name} was asked to handle #{number} on {when} and has not accepted it.",
        "{name} soll #{number} seit {when} bearbeiten, hat es aber nicht angenommen.",
    ),
    "change.taken_back": (
        "{name} was asked to handle #{number} on {when} and has not accepted it: it needs somebody else.",
        "{name} sollte #{number} seit {when} bearbeiten und hat es nicht angenommen: Es braucht jemand anderen.",
    ),
    "change.taken_back.from": (
        "Taken back: #{number} was assigned on {when} and not accepted in time. Nothing has to be done about it.",
        "Zurückgenommen: #{number} war seit {when} zugewiesen und wurde nicht rechtzeitig angenommen. Es ist nichts"
        " mehr zu tun.",
    ),
}
