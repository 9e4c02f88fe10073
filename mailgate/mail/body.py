"""The new words of a mail: what its writer added to what he answers.

Two readers with opposite duties. Of a reporter's mail everything is shown when in doubt: no word of his is ever lost.
Of an agent's mail nothing travels on when in doubt: no word of ours ever leaves (`certainty.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from mailgate.mail.certainty import Cut, judge, signed_below
from mailgate.mail.disclaimers import warnings_above
from mailgate.mail.folds import Fold, NewWords, folded, shown
from mailgate.mail.frames import Frame
from mailgate.mail.known import NOTHING, Known, known_lines
from mailgate.mail.layout import Layout, layout_of
from mailgate.mail.lines import Line, next_filled
from mailgate.mail.marker import MARKER, find_marker
from mailgate.mail.message import Address, Message
from mailgate.mail.own_quotes import not_his
from mailgate.mail.phrases import phrases
from mailgate.mail.quoted import Quotation, quotations
from mailgate.mail.refolded import expected_lines, refolded, words_inside
from mailgate.mail.signatures import closing_folds, greets_only, points_beneath
from mailgate.mail.spacing import as_written, unbroken
from mailgate.mail.subject import is_forward, is_reply
from mailgate.sentence import Sentence
from mailgate.settings.site import Limits

__all__ = ["MARKER", "Fold", "NewWords", "agent_words", "new_words"]

_SHORT = 400
_SHORTEST_OURS = 40
"""Characters: in less there is no letter of ours."""

ALL_NEW = Sentence("it answers nothing, so all of it is new", "die Mail antwortet auf nichts, also ist alles neu")
OURS = Sentence("our letter was recognised and folded", "unsere Mail wurde erkannt und eingeklappt")
CUT = Sentence("what it answers was folded", "was die Mail beantwortet, ist eingeklappt")
NOTHING_QUOTED = Sentence("it quotes nothing", "die Mail zitiert nichts")
NOTHING_ABOVE = Sentence(
    "nothing stands above the quoted mail, so that is shown",
    "über der zitierten Mail steht nichts, darum wird sie gezeigt",
)
NOTHING_LEFT = Sentence(
    "nothing new would be left, so all of it is shown", "es bliebe nichts Neues übrig, darum wird alles gezeigt"
)
NO_WORDS = Sentence("there is nothing but a signature in it", "die Mail enthält nichts als eine Signatur")
TOO_LONG = Sentence(
    "it is too long to look for our letter in it; please send it as a file",
    "die Mail ist zu lang, um darin nach unserer zu suchen; bitte als Datei schicken",
)
ENCRYPTED = Sentence(
    "it is encrypted, and nobody here can read it; please send it unencrypted",
    "die Mail ist verschlüsselt und hier nicht lesbar; bitte unverschlüsselt schicken",
)
ANSWERS_INSIDE = Sentence(
    "the words point to answers inside the quoted mail, so all of it is shown",
    "die Worte verweisen auf Antworten innerhalb der zitierten Mail, darum wird alles gezeigt",
)


def new_words(message: Message, limits: Limits, layout: Layout | None = None, ours: Sequence[str] = ()) -> NewWords:
    """What a reporter added. Quotes, signatures and disclaimers are folded; all is shown where that is doubtful.
    `layout`: of this message, where it is known; `ours`: the texts of letters of ours that it may quote."""
    layout = layout or layout_of(message, limits)
    found = _of_reporter(message, layout, ours)
    text = as_written(found.text, message.html) if message.html else found.text
    signed = folded(message.text, found.folds) if found.folds else ()
    return found._replace(text=text, signed=signed) if signed or text is not found.text else found


def _of_reporter(message: Message, layout: Layout, ours: Sequence[str]) -> NewWords:
    lines, frames = layout.lines, layout.frames
    reply = is_reply(message)
    answers = reply or _answers(message, frames)
    quoted = quotations(lines, frames, find_marker(lines)) if answers or ours else ()
    known = _known(message, layout, ours) if ours else NOTHING
    quoted = quoted if answers or known.ours else ()
    may_be_quoted = bool(quoted)
    if quoted and not known.ours:
        others = _spelled((*message.to, *message.cc))
        quoted = tuple(not_his(lines, frames, quoted, others, compared=bool(ours)))
    quotes = _quotes(message, layout, quoted, known)
    inside = bool(known.ours) and words_inside(lines, quotes)
    unclear = (inside or not known.ours) if ours else may_be_quoted
    if quoted and not inside and _points_inside(message.text, quoted):
        return NewWords(message.text.strip(), (), False, ANSWERS_INSIDE, open=unclear)
    folds = _with_signatures(lines, frames, quotes)
    text = shown(message.text, folds)
    if len(folds) > len(quotes) and (greets_only(text) or points_beneath(text)):
        folds = tuple(each for each in folds if each.kind != "signature")
        text = shown(message.text, folds)
    unclear = unclear or (not ours and len(text) >= _SHORTEST_OURS)
    if not text and message.text.strip():
        return NewWords(message.text.strip(), (), False, NOTHING_LEFT, open=unclear)
    if _is_topped(lines, frames, quotes, answers=answers):
        return NewWords(text, folds, False, NOTHING_ABOVE, open=unclear)
    if quotes:
        return NewWords(text, folds, True, OURS if known.ours else CUT, open=unclear)
    return NewWords(text, folds, True, NOTHING_QUOTED if reply else ALL_NEW, open=unclear)


def _known(message: Message, layout: Layout, ours: Sequence[str]) -> Known:
    expected = expected_lines(layout.lines, layout.frames)
    return known_lines(layout.lines, ours, subject=message.subject, expected=expected)


def _quotes(message: Message, layout: Layout, quoted: Sequence[Quotation], known: Known) -> tuple[Fold, ...]:
    if not known.ours:
        return tuple(each.fold for each in quoted)
    return refolded(layout.lines, layout.frames, quoted, known, _spelled(message.to))


def _spelled(people: Sequence[Address]) -> frozenset[str]:
    """Their addresses as they may stand in a frame."""
    return frozenset(spelling for each in people for spelling in (each.email.lower(), _untagged(each.email)))


def agent_words(message: Message, limits: Limits, ours: str | None = None, layout: Layout | None = None) -> NewWords:
    """What of an agent's mail may travel on: greeting, words, name. `ours` is the text of the letter it answers.

    `certain` only when everything of ours was cut; else `why` tells the agent in one sentence what to do.
    """
    layout = layout or layout_of(message, limits)
    lines = layout.lines
    marker = find_marker(lines)
    cut = judge(lines, layout.frames, marker, ours)
    total = message.text.count("\n") + 1
    if cut.start == len(lines) < total:
        cut = Cut(cut.start, False, TOO_LONG)
    if message.seal and message.seal.encrypted:
        cut = Cut(cut.start, False, ENCRYPTED)
    writer = message.sender.name if message.sender else ""
    folds = (
        *warnings_above(lines, 0, cut.start),
        *closing_folds(lines, 0, cut.start, unmarked=True, writer=writer),
    )
    if cut.start < len(lines):
        folds = (*folds, Fold("ours", cut.start, total, cut.method, "certain" if cut.certain else "low"))
    if points_beneath(shown(message.text, folds)):
        folds = tuple(each for each in folds if each.kind != "signature")
    text = unbroken(as_written(shown(message.text, folds), message.html), message.html)
    signed = (*folded(message.text, folds), *(signed_below(lines, marker, ours) if marker else ()))
    if folds and not text and cut.certain:
        return NewWords(text, folds, False, NO_WORDS, signed)
    return NewWords(text, folds, cut.certain, cut.why, signed)


def _answers(message: Message, frames: Sequence[Frame]) -> bool:
    """Though neither header nor subject says so: the frame names the address this mail went to, as only an answer
    does."""
    named = [frame.addresses[0] for frame in frames if frame.believed and not frame.forward and frame.addresses]
    if not named:
        return False
    written_to = {_untagged(address.email) for address in (*message.to, *message.cc)}
    return not is_forward(message.subject) and any(_untagged(address) in written_to for address in named)


def _untagged(email: str) -> str:
    """Without its +tag, in lower case: our letters name the one, answers go to the other."""
    local, _, domain = email.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def _is_topped(lines: Sequence[Line], frames: Sequence[Frame], quotes: Sequence[Fold], *, answers: bool) -> bool:
    """An answer begins with a frame that was not folded: its words stand somewhere below. One that names nobody's
    address, above another that does, is in the words of the writer."""
    if not (answers and frames and frames[0].believed and not frames[0].forward):
        return False
    if frames[0].weak and any(each.believed and not each.weak for each in frames[1:]):
        return False
    top = next_filled(lines, 0)
    return frames[0].start == top and all(fold.start != top for fold in quotes)


def points_inside(words: str) -> bool:
    """Whether short words of one's own say that the answers stand inside the quoted mail: "see below"."""
    own = " " + " ".join(words.casefold().split())
    return len(own) <= _SHORT and any(f" {each}" in own for each in phrases().pointers)


def _points_inside(text: str, quoted: Sequence[Quotation]) -> bool:
    """ "See below" above a quotation whose lines are not marked: answers inside it could not be told apart."""
    if all(each.marked for each in quoted):
        return False
    return points_inside(shown(text, [each.fold for each in quoted]))


def _is_covered(at: int, quotes: Sequence[Fold]) -> bool:
    return any(quote.start <= at < quote.end for quote in quotes)


def _with_signatures(lines: Sequence[Line], frames: Sequence[Frame], quotes: Sequence[Fold]) -> tuple[Fold, ...]:
    """Each stretch of words between folds may end in a signature; below a frame that is kept, nothing is folded."""
    kept = (each.start for each in frames if each.believed and not _is_covered(each.start, quotes))
    last = min(kept, default=len(lines))
    if not quotes:
        return *warnings_above(lines, 0, last), *closing_folds(lines, 0, last, unmarked=False)
    folds = list(quotes)
    at = 0
    for quote in (*quotes, Fold("quote", len(lines), len(lines), "")):
        end = min(quote.start, last)
        if at < end:
            folds += warnings_above(lines, at, end) if at == 0 else ()
            folds += closing_folds(lines, at, end, unmarked=False)
        at = max(at, quote.end)
    return tuple(sorted(folds, key=lambda fold: fold.start))
