"""TLS of the listeners: the certificate, for STARTTLS and for TLS from the first byte."""

from __future__ import annotations

import ssl

from mailgate.errors import ConfigurationError
from mailgate.settings.model import Settings
from mailgate.settings.site import Certificate
from mailgate.store.db import state_folder


def server_context(settings: Settings, certificate: Certificate) -> ssl.SSLContext:
    """A context with this certificate; paths count from the state folder. Raises ConfigurationError."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load(context, settings, certificate)
    return context


def load(context: ssl.SSLContext, settings: Settings, certificate: Certificate) -> None:
    """Put the certificate, or a renewed one, into a context for the next handshakes. Raises ConfigurationError."""
    folder = state_folder(settings)
    try:
        context.load_cert_chain(folder / certificate.cert_file, folder / certificate.key_file)
    except (OSError, ssl.SSLError) as wrong:
        raise ConfigurationError(f"The certificate {certificate.cert_file} can not be used: {wrong}") from wrong
