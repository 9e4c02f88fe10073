"""Which pictures say nothing: logos and icons of signatures, pictures of one pixel, spacers. They are kept with the
mail and not shown to people.

Only a picture that the HTML itself shows can be one: a file that somebody attached never is, whatever is in it. Among
the words a picture is as good as a word, unless nobody can see it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from enum import Enum

from mailgate.mail.lines import Line, significant
from mailgate.mail.marks import mark
from mailgate.mail.message import Attachment, Message
from mailgate.mail.pixels import Size, size_of
from mailgate.mail.signatures import closing_folds, is_courtesy
from mailgate.sentence import Sentence

ENOUGH_MAILS = 3
"""In so many mails of a domain, each on a ticket of its own, the same picture is decoration."""

UNSEEN = Sentence("nobody can see it: it is a pixel or a spacer", "niemand sieht es: ein Punkt oder Abstandhalter")
OF_SIGNATURE = Sentence("it is small and stands in the signature", "es ist klein und steht in der Signatur")
OF_QUOTE = Sentence("it is small and stands in the quoted mail", "es ist klein und steht in der zitierten Mail")
AT_THE_END = Sentence("it is small and stands below the name", "es ist klein und steht unter dem Namen")
REPEATED = Sentence(
    "the same picture came in {number} mails from {domain}",
    "dasselbe Bild kam in {number} Mails von {domain}",
)


class Place(Enum):
    """Where in the mail a picture stands."""

    WORDS = "words"
    END = "end"
    """Below the name, with nothing after it."""
    SIGNATURE = "signature"
    QUOTE = "quote"


_PIXEL = 3
_LOGO = (480, 200)
_SMALL_LOGO = (320, 130)
_LETTERHEAD = (480, 100)
_BANNER = (900, 250, 2.5)
"""At most so wide and so high, and so many times wider than high."""
_SCREENSHOT = (400, 250)
"""At least so wide and so high: what is as large as this is shown, however often it comes."""
_UNKNOWN_BYTES = 20_000
_PIXEL_NAMES = re.compile(
    r"(?:(?:track|spacer?|blank|pixel|clear|trans|shim|beacon|1x1|dot|open|px)[a-z_0-9-]{0,40}(?:\.[a-z]{2,4})?)?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"(?:image|attachment)-\d+\.[a-z]{2,4}")
_MARK_ONLY = re.compile(r"(?:\[cid:[^\]\s]+\]\s*)+")


def by_itself(picture: Attachment, place: Place) -> Sentence | None:
    """Why this picture is decoration, seen alone; None where it is not."""
    if picture.shown is None:
        return None
    shown = _shown(picture)
    if _is_unseen(picture, place, shown):
        return UNSEEN
    if place is Place.SIGNATURE and _fits(picture, shown, _LOGO):
        return OF_SIGNATURE
    if place is Place.QUOTE and _fits(picture, shown, _LOGO):
        return OF_QUOTE
    return AT_THE_END if place is Place.END and _fits(picture, shown, _SMALL_LOGO, banner=False) else None


def may_repeat(picture: Attachment, place: Place) -> bool:
    """Whether it is decoration where it comes again and again: not what somebody attached, nor what says something in
    the words, as a button or the same error does each time; there only what is no larger than a logo."""
    if picture.shown is None:
        return False
    shown = _shown(picture)
    if place is Place.WORDS:
        return any(_fits(picture, shown, most, banner=False) for most in (_SMALL_LOGO, _LETTERHEAD))
    large = shown is not None and shown[0] >= _SCREENSHOT[0] and shown[1] >= _SCREENSHOT[1]
    return not large or place is not Place.END


def _is_unseen(picture: Attachment, place: Place, shown: Size | None) -> bool:
    said = picture.shown
    if said and any(each is not None and each <= _PIXEL for each in (said.width, said.height)):
        return True
    if shown is None or min(shown) > _PIXEL:
        return False
    # Where HTML says no size, a picture of one pixel that somebody gave a name is a stand-in for another.
    return place is not Place.WORDS or bool(_PIXEL_NAMES.fullmatch(picture.name) or _NO_NAME.fullmatch(picture.name))


def _shown(picture: Attachment) -> Size | None:
    """The size in which it is seen; None where neither the HTML nor its bytes say so."""
    own, said = size_of(picture.content), picture.shown
    width, height = (said.width, said.height) if said else (None, None)
    if width is not None and height is not None:
        return width, height
    if own is None or (width, height) == (None, None):
        return own
    scale = width / own[0] if width is not None else (height or 0) / own[1]
    return round(own[0] * scale), round(own[1] * scale)


def _fits(picture: Attachment, shown: Size | None, most: Size, *, banner: bool = True) -> bool:
    if shown is None:
        return picture.size <= _UNKNOWN_BYTES
    width, height = shown
    if width <= most[0] and height <= most[1]:
        return True
    return banner and width <= _BANNER[0] and height <= _BANNER[1] and width >= _BANNER[2] * height


# -- where it stands ---------------------------------------------------------------------------------------------------


def places(message: Message, lines: Sequence[Line], quoted: Collection[int]) -> dict[str, Place]:
    """Where each picture of the mail stands, by its Content-ID. `quoted`: the numbers of the lines that are quoted.
    What has no mark stands among the words, for nobody knows better."""
    found = dict[str, Place]()
    wanted = {mark(each.content_id): each.content_id for each in message.attachments if each.shown and each.content_id}
    if not wanted:
        return found
    own = max((at + 1 for at in range(len(lines)) if at not in quoted and lines[at].bare), default=0)
    writer = message.sender.name if message.sender else ""
    folds = closing_folds(lines, 0, own, unmarked=True, writer=writer)
    signed = {at for fold in folds for at in range(fold.start, fold.end)}
    end = _end(lines, own, writer)
    for at, line in enumerate(lines):
        for written in _marks_in(line.bare, wanted):
            place = _place(at, quoted, signed, end)
            # The same picture may stand twice; where it says most is where it counts.
            found[wanted[written]] = min(found.get(wanted[written], place), place, key=_ORDER.index)
    return found


_ORDER = (Place.WORDS, Place.END, Place.SIGNATURE, Place.QUOTE)


def _place(at: int, quoted: Collection[int], signed: Collection[int], end: int) -> Place:
    if at in quoted:
        return Place.QUOTE
    return Place.SIGNATURE if at in signed else Place.END if at >= end else Place.WORDS


def _marks_in(bare: str, wanted: Collection[str]) -> list[str]:
    return [each for each in wanted if each in bare] if "[cid:" in bare else []


def _end(lines: Sequence[Line], own: int, writer: str) -> int:
    """From which line on there is nothing but pictures, below closing words or the writer's name."""
    at = own
    while at > 0 and (not lines[at - 1].bare or _MARK_ONLY.fullmatch(lines[at - 1].bare)):
        at -= 1
    above = significant(lines[at - 1].bare) if at > 0 else ""
    names = {significant(each) for each in (writer, *writer.split())} - {""}
    return at if above and (above in names or is_courtesy(above)) else own
