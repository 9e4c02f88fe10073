"""One mail to several of our addresses, where each has a ticket of its own (`multi_target: each`): a row for each.

The rows share their bytes. A row has at most one ticket, so the mail is taken apart before it is stored; the sender
hears the number of the first. Aliases and +tags of one address stay together.
"""

from __future__ import annotations

from dataclasses import replace

from mailgate.settings.model import Settings
from mailgate.store.journal import Transmission


def apart(settings: Settings, mail: Transmission) -> tuple[Transmission, ...]:
    """The transmissions to store, in the order of the recipients; the mail itself where it stays one."""
    if settings.intake.multi_target == "one":
        return (mail,)
    by_address: dict[str, list[str]] = {}
    for recipient in mail.recipients:
        by_address.setdefault(settings.box_of(recipient), []).append(recipient)
    return tuple(replace(mail, recipients=tuple(each)) for each in by_address.values()) or (mail,)
