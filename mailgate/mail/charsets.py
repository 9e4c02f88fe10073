"""Which charset names of real mail we decode, and with which codec of Python.

The list is closed: a name that is not in it is never handed to Python, so rot13, zlib, hex, unicode_escape, idna,
punycode and undefined, which Python would also "decode", can not be asked for by a mail (reliability.md 4, 116-121).
"""

from __future__ import annotations

import re

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
    ("cp1252", "iso88591 latin1 isolatin1 l1 csisolatin1 88591 ibm819 ansi iso885911987 western"),
    ("cp1254", "iso88599 latin5 isolatin5 csisolatin5"),
    ("cp874", "iso885911 tis620 dos874"),
    ("iso8859-6", "iso88596i iso88596e csisolatinarabic arabic"),
    ("iso8859-8", "iso88598i iso88598e logical visual csisolatinhebrew hebrew"),
    ("iso8859-5", "csisolatincyrillic cyrillic"),
    ("iso8859-7", "csisolatingreek greek"),
    ("iso8859-2", "latin2 isolatin2 csisolatin2"),
    ("iso8859-15", "latin9 latin0 isolatin9"),
    ("koi8-r", "koi8r koi8 cskoi8r"),
    ("koi8-u", "koi8u koi8ru"),
    ("mac-roman", "macintosh macroman mac csmacintosh"),
    ("mac-cyrillic", "maccyrillic"),
    ("gb18030", "gb18030 gb2312 gbk cp936 gb231280 euccn csgb2312 chinese windows936 ms936 cngb"),
    ("hz", "hzgb2312 hz"),
    ("cp950", "big5 csbig5 cp950 big5eten cnbig5 windows950"),
    ("big5hkscs", "big5hkscs"),
    ("cp932", "shiftjis sjis csshiftjis mskanji cp932 windows31j shiftjis2004 ms932"),
    ("euc_jp", "eucjp ujis cseucpkdfmtjapanese eucjpms"),
    ("iso2022_jp_ext", "iso2022jp csiso2022jp iso2022jp1 iso2022jp2 iso2022jp3 iso2022jpms cp50220 cp50221 jis"),
    ("iso2022_kr", "iso2022kr csiso2022kr"),
    ("cp949", "euckr ksc56011987 ksc5601 ksc56011989 ksc56011992 cp949 uhc windows949 cseuckr korean ks_c_5601"),
    ("johab", "johab cp1361"),
    ("cp1258", "viscii tcvn"),
)
_ISO_PARTS = (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)
_CODE_PAGES = (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869, 874)
_WINDOWS_PAGES = tuple(range(1250, 1259))

_CODECS: dict[str, str] = {
    **{f"iso8859{part}": f"iso8859-{part}" for part in _ISO_PARTS},
    **{f"{prefix}{page}": f"cp{page}" for page in _CODE_PAGES for prefix in ("cp", "ibm", "dos", "windows", "csibm")},
    **{f"{prefix}{page}": f"cp{page}" for page in _WINDOWS_PAGES for prefix in ("cp", "windows", "win", "ibm")},
    **{spelling: codec for codec, spellings in _SPELLINGS for spelling in spellings.split()},
}
_LONGEST_NAME = 60


def codec_of(charset: str | None) -> str | None:
    """Python's name for a charset as a mail spells it (`x-gbk`, `cp-850`, `ISO-8859-8-i`), or None."""
    if not charset or len(charset) > _LONGEST_NAME:
        return None
    plain = re.sub(r"[^a-z0-9]", "", charset.lower().removeprefix("x-"))
    return _CODECS.get(plain)
