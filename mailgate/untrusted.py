"""A server whose certificate nobody vouches for, in words that say what to do."""

from __future__ import annotations

import ssl


def in_words(wrong: BaseException) -> str:
    """What went wrong with a connection; its kind where it says nothing."""
    cause: BaseException | None = wrong
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__
    if cause is None:
        return str(wrong) or type(wrong).__name__
    said = cause.verify_message or "it could not be verified"
    trust = "where the authority is your own, name its file in SSL_CERT_FILE, for the daemon and every command"
    return f"its certificate is not trusted ({said.rstrip('.')}); {trust}"
