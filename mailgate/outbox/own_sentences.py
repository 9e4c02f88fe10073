"""Sentences of the letters about mailgate itself, `alert` and `held`, and of deciding about held mails: rows of the
table in `sentences.py`."""

from __future__ import annotations

OF_ITSELF: dict[str, tuple[str, str]] = {
    "title.held": ("Mail waits for a decision", "Mails warten auf eine Entscheidung"),
    "title.alert": ("mailgate needs attention", "mailgate braucht Aufmerksamkeit"),
    "alert.one": ("{site}: {what}", "{site}: {what}"),
    "alert.more": ("{site}: {what} (and {number} more)", "{site}: {what} (weitere Störungen: {number})"),
    "alert.clear": ("{site}: all clear, this is over: {what}", "{site}: Entwarnung, das ist vorbei: {what}"),
    "alert.all_clear": ("{site}: all clear", "{site}: Entwarnung"),
    "held.one": ("{site}: held mail {mails} waits for a decision", "{site}: {mails} wartet auf eine Entscheidung"),
    "held.several": (
        "{site}: {number} held mails wait for a decision",
        "{site}: {number} Mails warten auf Entscheidung",
    ),
    "tap.keep": ("Keep {mail}", "{mail} behalten"),
    "tap.drop_held": ("Drop {mail}", "{mail} verwerfen"),
    "tap.spam": ("{mail} is spam", "{mail} ist Spam"),
    "done.held.keep": (
        "{mail} goes on as if nothing had held it.",
        "{mail} geht weiter, als hätte nichts sie aufgehalten.",
    ),
    "done.held.drop": ("{mail} was thrown away.", "{mail} wurde verworfen."),
    "done.held.spam": (
        "{mail} was thrown away and marked as spam.",
        "{mail} wurde verworfen und als Spam vermerkt.",
    ),
    "act.held.keep": ("Let {mail} go on.", "{mail} weitergehen lassen."),
    "act.held.drop": ("Throw {mail} away.", "{mail} verwerfen."),
    "act.held.spam": ("Throw {mail} away and mark it as spam.", "{mail} verwerfen und als Spam vermerken."),
    "refused.held.unknown": (
        "There is no held mail {mail} for you.",
        "Eine zurückgehaltene Mail {mail} gibt es hier nicht.",
    ),
    "refused.held.where": (
        "Deciding about held mails is done in an answer to the letter that lists them.",
        "Über zurückgehaltene Mails entscheidet eine Antwort auf die Mail, die sie auflistet.",
    ),
    "refused.held.twice": (
        "Two different decisions about {mail} stand here.",
        "Hier stehen zwei verschiedene Entscheidungen über {mail}.",
    ),
    "refused.held.mail_release": (
        "{name} has let {mail} go on already.",
        "{name} hat {mail} schon weitergehen lassen.",
    ),
    "refused.held.mail_retry": ("{name} has let {mail} go on already.", "{name} hat {mail} schon weitergehen lassen."),
    "refused.held.mail_drop": ("{name} has thrown {mail} away already.", "{name} hat {mail} schon verworfen."),
    "refused.held.mail_spam": (
        "{name} has thrown {mail} away already, as spam.",
        "{name} hat {mail} schon verworfen, als Spam.",
    ),
    "refused.held.over": ("{mail} is not held any more.", "{mail} wird nicht mehr zurückgehalten."),
    "held.admin": ("An admin", "Ein Admin"),
}
