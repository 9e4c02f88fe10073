"""From fields that try to be somebody else, or to break the reader (RFC 5322, 3.4; CVE-2023-27043)."""

from __future__ import annotations

from tests.bad_inputs.bad import AGENT, Bad, each, mail

_NEVER_AN_AGENT = (
    f"{AGENT}, <erika@customer.example>",
    f"{AGENT})<erika@customer.example>",
    f"{AGENT} <erika@customer.example",
    f"erika@customer.example <{AGENT}",
    f"<{AGENT}><erika@customer.example>",
    f'"{AGENT}" <erika@customer.example>',
    '"anna@example.com <"@customer.example',
)
_FOLDED = {
    "full-width": "ａｎｎａ@example.com",
    "Kelvin sign": "an\u212aa@example.com",
    "dotless i": "ann\u0131@example.com",
    "Cyrillic a": "аnna@example.com",
    "zero-width": "an\u200bna@example.com",
    "soft hyphen": "an\u00adna@example.com",
    "right-to-left": "\u202eanna@example.com",
    "Cyrillic domain": "anna@exаmple.com",
    "punycode": "anna@xn--exmple-4nf.com",
    "trailing dot": "anna@example.com.",
    "suffix": "anna@example.com.elsewhere.example",
    "prefix": "anna@notexample.com",
}

ADDRESSES: tuple[Bad, ...] = (
    *each("two readings", ((form, mail(f"From: {form}")) for form in _NEVER_AN_AGENT), "TQ"),
    *each("looks like an agent", ((name, mail(f"From: Anna <{address}>")) for name, address in _FOLDED.items()), "TQ"),
    Bad("a quoted @", mail('From: "a@b"@customer.example'), "TQ"),
    Bad("a route", mail("From: <@relay.example,@other.example:erika@customer.example>"), "TQ"),
    Bad("percent", mail("From: erika%customer.example@relay.example"), "TQ"),
    Bad("bang", mail("From: relay!erika@customer.example"), "TQ"),
    Bad("a group", mail("From: us: erika@customer.example;"), "Q"),
    Bad("an empty group", mail("From: nobody:;"), "Q"),
    Bad("NUL in the address", mail(b"From: er\0ika@customer.example"), "QR"),
    Bad("LF in the domain", mail(b"From: erika@cust\nomer.example"), "QR"),
    Bad("upper case of an agent", mail(f"From: {AGENT.upper()}"), "TQ"),
    Bad("an address literal", mail("From: erika@[127.0.0.1]"), "TQ"),
    Bad("an IPv6 literal", mail("From: erika@[IPv6:::1]"), "TQ"),
    Bad("1,000 comments", mail("From: " + "(" * 1_000 + "x" + ")" * 1_000 + " erika@customer.example"), "QTR"),
    Bad("a local part of 64 kB", mail("From: " + "x" * 65_000 + "@customer.example"), "QR"),
    Bad("5,000 in From", mail("From: " + ",\r\n ".join(["a@customer.example"] * 5_000)), "QR"),
    Bad("100 kB of dots", mail("From: " + "." * 100_000 + "@customer.example"), "QR"),
    Bad("20,000 in To", mail("To: " + ",\r\n ".join(f"a{n}@b.example" for n in range(20_000))), "TQR"),
    Bad("500 in To", mail("To: " + ",\r\n ".join(f"a{n}@b.example" for n in range(500))), "T"),
)
