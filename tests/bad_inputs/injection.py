"""Words that mean something to a page, a template, a database, a sheet, a log or a file system: here they are words."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bad_inputs.bad import Bad, each, mail
from tests.bad_inputs.mime import PLAIN, multipart

SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "';alert(1)//",
)
_HTML = (
    "<script>fetch('http://127.0.0.1:1')</script>",
    "<iframe src='http://127.0.0.1:1'></iframe>",
    "<object data='http://127.0.0.1:1'></object>",
    "<embed src='http://127.0.0.1:1'>",
    "<link rel=stylesheet href='http://127.0.0.1:1'>",
    "<style>@import 'http://127.0.0.1:1';</style>",
    "<style>body{background:url(http://127.0.0.1:1)}</style>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:1'>",
    "<base href='http://127.0.0.1:1'>",
    "<form action='http://127.0.0.1:1'><input name=p></form>",
    "<img src='http://127.0.0.1:1/pixel.gif'>",
    "<video poster='http://127.0.0.1:1'></video>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<p style='background:url(http://127.0.0.1:1)'>x</p>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><script>alert(1)</script>'>",
    "<textarea></textarea><script>alert(1)</script>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<p onclick=alert(1)>x</p>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<details open ontoggle=alert(1)>x</details>",
    "<!--[if mso]><script>alert(1)</script><![endif]-->",
    "<plaintext><b>x",
)
TEMPLATES = (
    *("{{ 7919*7907 }}", "{% if 1 %}x{% endif %}", "${7919*7907}", "#{7919*7907}", "<%= 7919*7907 %>", "{{ config }}"),
    *(
        "{{ ''.__class__.__mro__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id') }}",
    ),
    *(
        "{# comment #}",
        "{{ number",
        "%(number)s",
        "{number}",
        "{0.__class__}",
        "$number",
        "{{{{ 7919*7907 }}}}",
        "%s%s%n",
    ),
    "{% for x in range(10**9) %}x{% endfor %}",
)
_SQL = (
    *("' OR '1'='1", "'; DROP TABLE ticket; --", '" OR ""="', "\\'; --", "1; ATTACH DATABASE '/tmp/x' AS x", "%' --"),
    *(
        "') UNION SELECT 1 --",
        "NULL",
        "0x27",
        "$$;--",
        ":name",
        "?",
        "%s",
        "\u02bc; --",
        "\uff07 OR 1=1",
        "/*",
        "`x`",
        "_%",
    ),
)
_SHEETS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "=cmd|' /C calc'!A0",
    "=HYPERLINK(1)",
    "%3D1",
    '"=1"',
    "'=1",
    "＝1",
    "\u00a0=1",
)
_LOGS = ("\x1b[31mred", "a%0aERROR forged", "${jndi:ldap://127.0.0.1:1}", "a\x08\x08b", "\u202elog")
_NAMES = (
    *(
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "C:\\x.exe",
        "a/b.txt",
        ".",
        "..",
        "",
        " ",
        "...",
        "~",
        "-rf",
    ),
    *(
        "con",
        "NUL.txt",
        "a:b.txt",
        "a\0.txt",
        "x" * 300 + ".txt",
        ".htaccess",
        "a.pht\u200bml",
        "a\u202etxt.exe",
        "a.exe ",
    ),
    *(
        "a.exe.",
        "a;b.sh",
        "$(id).sh",
        "`id`.sh",
        "a|b",
        "a&b",
        "a*b",
        "a?b",
        'a"b',
        "a<b>",
        "a%2fb",
        "%2e%2e%2f",
        "a\tb",
    ),
    *(
        "a\u2028b",
        "\ufeffa.txt",
        "e\u0301.txt",
        "ａ.exe",
        "💥.txt",
        "a.tar.gz",
        "desktop.ini",
        "a" + ".b" * 100,
        "=1+1.csv",
    ),
)
_DISPOSITIONS = (
    "attachment",
    "attachment; filename=",
    "attachment; filename=a b c.txt",
    'attachment; filename="a\\"b.txt"',
    'attachment; filename="a.txt"; filename="b.exe"',
    "attachment; filename*=utf-8''%2e%2e%2fa.txt",
    "attachment; filename*0=a; filename*1=.exe; filename=b.txt",
    "attachment; filename*999=a",
    "attachment; filename*=x-none''a%FF",
    'attachment; filename="=?utf-8?B?Li4vYS50eHQ=?="',
    "inline; filename=x.html; " + "y=z; " * 500,
)


def _places(words: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for word in words:
        shown = ascii(word)[:24]
        yield f"{shown} in Subject", mail(f"Subject: {word}")
        yield f"{shown} in the text", mail(body=f"{word}\r\n")
        quoted = word.replace("\\", "").replace('"', "'").replace("\t", " ")
        yield f"{shown} in a name", mail(f'From: "{quoted}" <erika@customer.example>')


def _files(dispositions: Iterator[str] | tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for disposition in dispositions:
        part = f"Content-Type: application/octet-stream\r\nContent-Disposition: {disposition}\r\n\r\nx".encode()
        yield ascii(disposition)[:60], multipart([PLAIN, part])


INJECTION: tuple[Bad, ...] = (
    *each("a script", _places(SCRIPTS), "TQ"),
    *each("HTML", ((one[:30], mail("Content-Type: text/html", body=one + "\r\n")) for one in _HTML), "T"),
    *each("a template", _places(TEMPLATES), "TQ"),
    *each("SQL", _places(_SQL), "TQ"),
    *each("a sheet", _places(_SHEETS), "TQ"),
    *each("a log", _places(_LOGS), "TQ"),
    *each("a file name", _files(f'attachment; filename="{name}"' for name in _NAMES), "TR"),
    *each("a disposition", _files(_DISPOSITIONS), "T"),
)
