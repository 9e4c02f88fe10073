"""mailgate: an email-driven ticket gateway.

The package is the sentence "mail comes in, is understood, changes a ticket, mail goes out":
`intake` stores it, `inbound` is the line it walks, `mail` reads it, `trust` weighs it, `rules` decide,
`handlers` act by calling the `desk`, and the `outbox` sends the letters. Start reading in `inbound.py`.
"""

__version__ = "0.1.0"
