"""Which charset names of real mail we decode, and with which codec of Python.

The list is closed: a name that is not in it is never handed to Python, so rot13, zlib, hex, unicode_escape, idna,
punycode and undefined, which Python would also "decode", can not be asked for by a mail (reliability.md 4, 116-121).
"""

from __future__ import annotations

import re
from functools import lru_cache

# Old names mean their supersets, as in browsers: mail declared iso-8859-1 holds the quotes of cp1252, gb2312 holds
# characters of gb18030, shift_jis those of cp932 (peers.md pitfall 49, needs.md 39).
_SPELLINGS: tuple[tuple[str, str], ...] = (
    ("utf-8", "utf8 utf8mb4 utf8mb3 unicode11utf8 cp65001 utf8sig"),
    ("utf-7", "utf7 unicode11utf7"),
    ("utf-16", "utf16 unicode ucs2 iso10646ucs2"),
    ("utf-16-le", "utf16le"),
    ("utf-16-be", "utf16be"),
    ("utf-32", "utf32"),
    ("ascii", "ascii usascii ansix341968 iso646us iso646 us csascii 7bit default"),
    ("cp1252", "iso88591 latin1 isolatin1 l1 csisolatin1 88591 ibm819 ansi iso885911987 western isoir100 cp819"),
    ("cp1254", "iso88599 latin5 isolatin5 csisolatin5 turkish isoir148"),
    ("cp874", "iso885911 tis620 dos874"),
    ("iso8859-6", "iso88596i iso88596e csisolatinarabic arabic"),
    ("iso8859-8", "iso88598i iso88598e logical visual csisolatinhebrew hebrew"),
    ("iso8859-5", "csisolatincyrillic cyrillic isoir144"),
    ("iso8859-7", "csisolatingreek greek elot928 isoir126"),
    ("iso8859-2", "latin2 isolatin2 csisolatin2 isoir101"),
    ("iso8859-15", "latin9 latin0 isolatin9 885915"),
    ("koi8-r", "koi8r koi8 cskoi8r"),
    ("koi8-u", "koi8u koi8ru"),
    ("koi8-t", "koi8t"),
    ("ptcp154", "ptcp154 cyrillicasian"),
    ("kz1048", "kz1048 strk1048 rk1048"),
    ("mac-roman", "macintosh macroman mac csmacintosh macwestern"),
    ("mac-cyrillic", "maccyrillic macukrainian macukraine"),
    ("mac-latin2", "macce maccentraleurope maccenteuro maccentraleurroman maclatin2"),
    ("mac-greek", "macgreek"),
    ("mac-turkish", "macturkish"),
    ("mac-iceland", "maciceland macicelandic"),
    ("mac-croatian", "maccroatian"),
    ("mac-romanian", "macromania macromanian"),
    ("mac-arabic", "macarabic"),
    ("gb18030", "gb18030 gb2312 gbk cp936 gb231280 euccn"),
    ("gb18030", "csgb2312 chinese windows936 ms936 cngb macchinesesimp isoir58"),
    ("hz", "hzgb2312 hz"),
    ("cp950", "big5 csbig5 cp950 big5eten cnbig5 windows950 macchinesetrad xbig5"),
    ("big5hkscs", "big5hkscs"),
    ("cp932", "shiftjis sjis csshiftjis mskanji cp932"),
    ("cp932", "windows31j shiftjis2004 ms932 macjapanese windows932 shiftjisx0213"),
    ("euc_jp", "eucjp ujis cseucpkdfmtjapanese eucjpms eucjpwin eucjis2004"),
    ("iso2022_jp_ext", "iso2022jp csiso2022jp iso2022jp1 iso2022jp2 iso2022jp3"),
    ("iso2022_jp_ext", "iso2022jpms cp50220 cp50221 cp50222 jis iso2022jp2004"),
    ("iso2022_kr", "iso2022kr csiso2022kr"),
    ("cp949", "euckr ksc56011987 ksc5601 ksc56011989 ksc56011992 cp949"),
    ("cp949", "uhc windows949 cseuckr korean mackorean isoir149 ksx1001"),
    ("johab", "johab cp1361"),
    ("cp1258", "viscii tcvn"),
)
_ISO_PARTS = (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)
_CODE_PAGES = (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874)
_WINDOWS_PAGES = tuple(range(1250, 1259))
# Numbers of Windows for what others call by name; Exchange writes them into TNEF, and some programs into mail.
_OTHER_PAGES = {
    1200: "utf-16-le",
    1201: "utf-16-be",
    12000: "utf-32",
    65000: "utf-7",
    20127: "ascii",
    20866: "koi8-r",
    21866: "koi8-u",
    20932: "euc_jp",
    51932: "euc_jp",
    51936: "gb18030",
    51949: "cp949",
    54936: "gb18030",
    50225: "iso2022_kr",
    52936: "hz",
    28591: "cp1252",
    28599: "cp1254",
    28605: "iso8859-15",
    10000: "mac-roman",
    10001: "cp932",
    10002: "cp950",
    10003: "cp949",
    10006: "mac-greek",
    10007: "mac-cyrillic",
    10008: "gb18030",
    10029: "mac-latin2",
    10079: "mac-iceland",
    10081: "mac-turkish",
    38598: "iso8859-8",
    **{28590 + part: f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 13)},
}
# What stands behind a name where a program ran things together.
_RUN_TOGETHER = re.compile(r"(?:x|charset)?(.+?)(?:windows31\w*|utf8|format\w*|http\w*|charset\w*|unicodeci|generalci)")

_CODECS: dict[str, str] = {
    **{f"iso8859{part}": f"iso8859-{part}" for part in _ISO_PARTS},
    **{f"{prefix}{page}": f"cp{page}" for page in _CODE_PAGES for prefix in ("cp", "ibm", "dos", "windows", "csibm")},
    **{f"{prefix}{page}": f"cp{page}" for page in _WINDOWS_PAGES for prefix in ("cp", "windows", "win", "ibm")},
    **{f"cp{page}": codec for page, codec in _OTHER_PAGES.items()},
    **{spelling: codec for codec, spellings in _SPELLINGS for spelling in spellings.split()},
}
_LONGEST_NAME = 60


def codec_of(charset: str | None) -> str | None:
    """Python's name for a charset as a mail spells it (`x-gbk`, `cp-850`, `ISO-8859-8-i`), or None."""
    return None if not charset or len(charset) > _LONGEST_NAME else _known(charset)


@lru_cache(maxsize=256)
def _known(charset: str) -> str | None:
    plain = re.sub(r":\d{4}$|[^a-z0-9]", "", charset.lower().removeprefix("x-"))
    odd = _RUN_TOGETHER.fullmatch(plain)
    tries = (plain, plain.removeprefix("x"), plain.removeprefix("charset"), odd[1] if odd else plain)
    return next((_CODECS[each] for each in tries if each in _CODECS), None)
