"""Every error of mailgate, in one tree. The raiser says whether trying again helps.

MailgateError
├── ConfigurationError      a list of sentences, each with file, line and column
├── NotBuiltYet             the contract names it, this version does not have it
├── NoDatabase              a command needs the desk, and there is none
├── Temporary               try again later; the mail or letter stays where it is
│   ├── PutOff              a letter of the clock that goes a little later
│   └── StoreUnavailable    disk full, database locked or away
│       ├── OlderSchema     `mailgate migrate` has to run first
│       └── NotStorable     this one mail can not be stored, though others can
└── Permanent               trying again changes nothing; a person has to look
    └── RefusedCommand      an agent's command that is not carried out, with the reason for the agent
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from mailgate.sentence import Sentence


class MailgateError(Exception):
    """something went wrong in mailgate"""

    def __str__(self) -> str:
        return super().__str__() or str(self.__doc__)


class ConfigurationError(MailgateError):
    """the configuration has mistakes"""


class NotBuiltYet(MailgateError):
    """this is not built yet"""


class NoDatabase(MailgateError):
    """there is no database yet"""


class Temporary(MailgateError):
    """this did not work now; it is tried again later"""

    again_in: ClassVar[timedelta | None] = None
    """When it is worth it; None: soon."""


class PutOff(Temporary):
    """this letter goes a little later"""


class StoreUnavailable(Temporary):
    """the store can not take anything right now"""


class OlderSchema(StoreUnavailable):
    """the database is of an older mailgate: run `mailgate migrate`"""


class NotStorable(StoreUnavailable):
    """this mail could not be stored"""


class Permanent(MailgateError):
    """this does not work, and trying again changes nothing"""


class RefusedCommand(Permanent):
    """the command is not carried out"""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why)
        self.why = why
        """For the agent; the text of the error is the same in English."""
