"""What a session says, in one place. Enhanced codes by RFC 3463. No reply names a reason inside us, and a good +tag and
a bad one get the same words."""

from __future__ import annotations

# -- to every command ----------------------------------------------------------------------------------------
OK = "250 2.0.0 ok"
BYE = "221 2.0.0 bye"
HELP = "214 2.0.0 see RFC 5321"
START_MAIL = "354 end with <CRLF>.<CRLF>"
START_TLS = "220 2.0.0 ready to start TLS"
# RFC 5321, 3.5.3: neither confirmed nor denied.
CANNOT_VERIFY = "252 2.5.0 can not verify, but will take mail and try"

BAD_SYNTAX = "500 5.5.2 syntax error"
LINE_TOO_LONG = "500 5.5.2 line too long"
UNKNOWN_COMMAND = "500 5.5.1 command not recognized"
BAD_ARGUMENT = "501 5.5.4 bad argument"
BAD_PARAMETER = "501 5.5.4 bad parameter"
NOT_OFFERED = "502 5.5.1 not implemented"
GREET_FIRST = "503 5.5.1 say hello first"
MAIL_FIRST = "503 5.5.1 MAIL first"
RCPT_FIRST = "503 5.5.1 no valid recipients"
NESTED_MAIL = "503 5.5.1 MAIL was given already"
TLS_ALREADY = "503 5.5.1 TLS is active already"
UNKNOWN_PARAMETER = "555 5.5.4 parameter not recognized"

# -- envelope ------------------------------------------------------------------------------------------------
SENDER_OK = "250 2.1.0 ok"
RECIPIENT_OK = "250 2.1.5 ok"
BAD_SENDER = "553 5.1.7 bad sender address"
BAD_RECIPIENT = "501 5.1.3 bad recipient address"
# RFC 6531, 3.5
NEEDS_SMTPUTF8 = "553 5.6.7 address needs SMTPUTF8"
# RFC 3463, 3.8: turned away by the site's own rules.
NOT_WANTED = "550 5.7.1 not accepted here"
NOT_HERE = "550 5.1.1 no such address here"
# RFC 5321, 4.5.3.1.10
TOO_MANY_RECIPIENTS = "452 4.5.3 too many recipients"
MAY_NOT_SUBMIT = "554 5.7.0 not allowed to hand in mail from here"
NO_ROOM = "452 4.3.1 no room now, try again later"
# RFC 1870, 6.1
TOO_BIG = "552 5.3.4 message too big"

# -- logging in (RFC 4954) -----------------------------------------------------------------------------------
LOGGED_IN = "235 2.7.0 logged in"
LOGGED_IN_ALREADY = "503 5.5.1 logged in already, or a mail is under way"
LOGIN_CANCELLED = "501 5.7.0 login cancelled"
BAD_BASE64 = "501 5.5.2 this is no base64"
BAD_LOGIN = "501 5.5.2 a name and a password are needed, and nobody else to act for"
UNKNOWN_MECHANISM = "504 5.5.4 this way to log in is not offered"
TOO_WEAK = "534 5.7.9 this way to log in is too weak"
# The same words for an unknown name, a wrong password and somebody who is no agent any more.
WRONG_LOGIN = "535 5.7.8 wrong name or password"
NEEDS_TLS = "538 5.7.11 start TLS first, a password would travel unprotected"
LOG_IN_FIRST = "530 5.7.0 log in first"
TLS_FIRST = "530 5.7.0 start TLS first, then log in"
LOGIN_LATER = "454 4.7.0 nobody can log in now, try again later"
TOO_MANY_LOGINS = "454 4.7.0 too many wrong passwords, try again later"
NOT_YOUR_ADDRESS = "550 5.7.1 From is no address of whoever has logged in"

# -- after the final dot -------------------------------------------------------------------------------------
EMPTY_MAIL = "554 5.6.0 empty message"
BARE_LINE_END = "550 5.6.11 bare CR or LF in message"
LONG_LINE = "552 5.6.0 line too long in message"


def kept(number: int) -> str:
    """The mail is durable: we are responsible for it from now on (RFC 5321, 6.1)."""
    return f"250 2.0.0 kept as M-{number}"


# -- our own faults: always temporary -----------------------------------------------------------------------
FAULT = "451 4.3.0 try again later"
STORE_FAULT = "451 4.3.1 try again later"

# -- the last words of a session -----------------------------------------------------------------------------
TOO_MANY_CONNECTIONS = "421 4.3.2 too many connections, try again later"
TOO_MANY_OF_YOURS = "421 4.7.0 too many connections from you, try again later"
TOO_MANY_ERRORS = "421 4.7.0 too many errors"
TOO_MANY_LOGINS_HERE = "421 4.7.0 too many wrong passwords"
TOO_MANY_COMMANDS = "421 4.7.0 too many commands without mail"
NOT_SMTP = "421 4.7.0 this is not SMTP"
IDLE = "421 4.4.2 idle for too long"
TOO_SLOW = "421 4.4.2 too slow"
CLOSING = "421 4.3.2 closing, try again later"
NO_MEMORY = "421 4.3.1 no memory now, try again later"
