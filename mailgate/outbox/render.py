"""Words of a letter from its templates: plain text and simple HTML of the same.

Templates see the plain values of one `LetterView` and nothing else; an unknown name is a mistake, and no value is ever
code. A broken template of the administrator never stops a letter: our own is taken, and the log says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import jinja2
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailgate import log
from mailgate.errors import Permanent
from mailgate.mail.marker import MARKER
from mailgate.mail.words import clean_body, clean_line
from mailgate.outbox import casting, typeset
from mailgate.outbox.letters import LANGUAGES, LETTERS
from mailgate.outbox.one_piece import OnePiece
from mailgate.outbox.phrases import light_words
from mailgate.outbox.safe import safe_values
from mailgate.outbox.sources import BUILT_IN, SUBJECT_OF, Chosen, LetterLoader, Shelf
from mailgate.outbox.view import LetterView
from mailgate.settings.model import Settings

LOG = log.get("outbox.render")

MISTAKES: Final = (
    jinja2.TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    RecursionError,
)
"""What a template can do wrong; a letter outlives each of them."""

EXTRA_NAMES: Final = ("tag", "language", "light_words", "sie")
"""Names a template has beside the fields of the view."""

_MARKER_HTML: Final = f'<p style="margin:0 0 16px;font-size:13px;opacity:0.7">{MARKER}</p>\n'


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter in words: LF line ends. `subject` only where the template sets one."""

    text: str
    html: str
    subject: str | None = None


Words = Rendered | casting.Poured


class _Compiled(jinja2.BytecodeCache):
    """Templates compiled in this process, by name and source: another configuration need not compile them again."""

    def __init__(self) -> None:
        self._code: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED: Final = _Compiled()


_MANNER: Final[dict[str, Any]] = {
    "undefined": jinja2.StrictUndefined,
    "autoescape": lambda name: bool(name and name.endswith(".html")),
    "trim_blocks": True,
    "lstrip_blocks": True,
    "auto_reload": False,
    "cache_size": -1,
}


def environment(loader: jinja2.BaseLoader) -> jinja2.Environment:
    """The jinja2 that letters are written with where the administrator has written some of it."""
    return _with_filters(ImmutableSandboxedEnvironment(loader=loader, bytecode_cache=_COMPILED, **_MANNER))


@cache
def _ours(language: str) -> jinja2.Environment:
    """The jinja2 of our own letters, the same for every configuration. They need no sandbox: a value of a letter is
    text to them, never code."""
    return _with_filters(jinja2.Environment(loader=_pieces(language), **_MANNER))  # noqa: S701  # by name, see above


@cache
def _foundry(language: str) -> jinja2.Environment:
    """The jinja2 that casts the moulds of our own letters."""
    return _with_filters(jinja2.Environment(loader=_pieces(language), **_MANNER), casting.FILTERS)  # noqa: S701


@cache
def _pieces(language: str) -> OnePiece:
    return OnePiece(language)


def _with_filters(
    made: jinja2.Environment, filters: Iterable[Callable[..., str]] = typeset.FILTERS
) -> jinja2.Environment:
    made.filters |= {each.__name__: each for each in filters}
    return made


def learn() -> None:
    """Compile what nearly every mail is answered with, in each language."""
    ours = Shelf(frozenset(), LetterLoader(BUILT_IN).names(), ("en",))
    for language in LANGUAGES:
        for letter in ("acknowledged", "new_ticket"):
            chosen = ours.choose(letter, language)
            for name in filter(None, (chosen.text, chosen.html, SUBJECT_OF + chosen.text)):
                _foundry(language).get_template(name)


class Renderer:
    """The letters of one configuration, each template compiled once, when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        ours, theirs = LetterLoader(BUILT_IN), LetterLoader(settings.folder / "templates")
        fallbacks = (settings.site.language, "en")
        self._tag = settings.tickets.tag
        self._subjects: dict[tuple[jinja2.Environment, str], jinja2.Template | None] = {}
        self._with_overrides = environment(LetterLoader(*theirs.folders, *ours.folders))
        self._own_shelf = Shelf(frozenset(), ours.names(), fallbacks)
        self._shelf = Shelf(theirs.names(), ours.names(), fallbacks)

    def render(self, template: str, language: str, view: LetterView) -> Rendered:
        """The letter in that language, else in the site's, else in English. Raises Permanent for an unknown letter."""
        try:
            return self.render_strictly(template, language, view)
        except MISTAKES as mistake:
            chosen = self._shelf.choose(template, language)
            if self._shelf.overrides.isdisjoint({chosen.text, chosen.html}):
                raise
            LOG.error("template broken, the built-in one is used", template=chosen.text, mistake=str(mistake))
            return self._write(template, self._own_shelf.choose(template, language), view, ours=True)

    def render_strictly(self, template: str, language: str, view: LetterView) -> Rendered:
        """As `render`, but a mistake in a template (one of MISTAKES) comes out."""
        if template not in LETTERS:
            raise Permanent(f"there is no letter '{template}'")
        chosen = self._shelf.choose(template, language)
        return self._write(template, chosen, view, ours=self._shelf.is_ours(chosen))

    def cast(self, template: str, language: str, view: LetterView, marks: Mapping[str, object]) -> casting.Mould | None:
        """The mould of all letters that differ from this one in some values only, for which the `marks` stand. None
        where there is none: not all of the letter is ours, or it needs more of a value than a mark."""
        chosen = self._shelf.choose(template, language)
        if not self._shelf.is_ours(chosen):
            return None
        try:
            made = self._write(template, chosen, view, ours=True, marks=marks)
            return None if made.subject else casting.Mould(made.text, made.html)
        except (casting.NotCast, *MISTAKES):
            return None

    def _write(
        self, template: str, chosen: Chosen, view: LetterView, *, ours: bool, marks: Mapping[str, object] | None = None
    ) -> Rendered:
        jinja = (_foundry if marks else _ours)(chosen.language) if ours else self._with_overrides
        values = safe_values(view, template)
        values |= self._beside(chosen.language, view.number, values["light"], formal=view.formal)
        values |= marks or {}
        subject = self._subject(jinja, chosen.text, values)
        text = jinja.get_template(chosen.text).render(values)
        # Ours add nothing to values that `safe.py` has made clean.
        text = (text.rstrip() if ours else clean_body(text)).strip("\n")
        if chosen.html:
            html = jinja.get_template(chosen.html).render(values)
        else:
            html = jinja.get_template("_from_text.html").render(values, text=text)
        if LETTERS[template].to == "agent":
            text, html = f"{MARKER}\n\n{text}", _marked(html)
        return Rendered(text + "\n", html, clean_line(subject) or None)

    def _subject(self, jinja: jinja2.Environment, name: str, values: dict[str, Any]) -> str:
        """What the template says of its subject; most say nothing, and are not asked twice."""
        if (jinja, name) not in self._subjects:
            template = jinja.get_template(SUBJECT_OF + name)
            says_something = jinja.loader and jinja.loader.get_source(jinja, SUBJECT_OF + name)[0]
            self._subjects[jinja, name] = template if says_something else None
        said = self._subjects[jinja, name]
        return said.render(values) if said else ""

    def _beside(self, language: str, number: int | None, light: str, *, formal: bool) -> dict[str, Any]:
        """What a template can name besides the fields of the view (EXTRA_NAMES)."""
        return {
            "tag": self._tag.format(number=number) if number else "",
            "language": language,
            "light_words": light_words(light, language),
            "sie": _address(formal),
        }


def _address(formal: bool) -> Callable[[str, str], str]:
    """German form of address: `{{ sie("Ihre", "deine") }}`."""
    return lambda sie, du: sie if formal else du


def _marked(html: str) -> str:
    """The marker stands above all else in every letter to an agent, whatever its template says (CONTRACT 6)."""
    start, body, rest = html.partition("<body")
    tag, _, inner = rest.partition(">") if body else ("", "", html)
    return f"{start}<body{tag}>{_MARKER_HTML}{inner}" if body else _MARKER_HTML + inner
