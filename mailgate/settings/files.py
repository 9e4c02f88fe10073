"""The configuration folder on disk: five files, each of which may be a folder of files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Environ
from dataclasses import dataclass, field
from pathlib import Path

from mailgate.settings.categories import Categories
from mailgate.settings.document import place_in, read_document
from mailgate.settings.join import join
from mailgate.settings.model import Mailgate
from mailgate.settings.people import People
from mailgate.settings.problems import Place, Problem, choice, nearest, suggestion
from mailgate.settings.routing import Routing
from mailgate.settings.scalars import Section
from mailgate.settings.service import Service
from mailgate.settings.tree import Found, Mapping, Scalar, children

PARTS: dict[str, type[Section]] = {
    "mailgate": Mailgate,
    "people": People,
    "categories": Categories,
    "routing": Routing,
    "service": Service,
}
"""What each file may say. Every key stands in one of them only."""

_WORDING = ("templates", "answers")
KEY_ENDINGS = (".asc", ".pgp", ".gpg", ".crt", ".cer", ".pem")
"""How the name of an agent's key ends that lies beside people.yaml; in the folder `keys` it is called as one likes."""
_NAMES = [f"{part}.yaml" for part in PARTS]


@dataclass(slots=True)
class Written:
    """All that stands in the folder. `unread`: files with mistakes that hide what else they say."""

    folder: Path
    root: Mapping = field(default_factory=lambda: Mapping(Place("mailgate.yaml")))
    unread: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_folder(folder: Path, environ: Environ[str, str]) -> Written:
    """Reads the five files into one tree."""
    written = Written(folder)
    if not folder.is_dir():
        message = f"there is no configuration folder {folder}; `mailgate init {folder}` writes one to begin with"
        written.problems.append(Problem.at(Place("mailgate.yaml"), (), message))
        written.unread.update(PARTS)
        return written
    for part in PARTS:
        for path in _files_of(written, part):
            _read_file(written, part, path, environ)
    written.warnings.extend(_strangers(folder))
    return written


def _files_of(written: Written, part: str) -> Iterator[Path]:
    single, several = written.folder / f"{part}.yaml", written.folder / part
    if single.exists() and several.is_dir():
        message = f"there is a file {part}.yaml and a folder {part}/; keep one of them"
        written.problems.append(Problem.at(Place(single.name), (), message))
    if single.exists() or single.is_symlink():
        yield single
    elif several.is_dir():
        yield from sorted(path for path in several.glob("*.yaml") if not path.name.startswith("."))
    elif part == "mailgate":
        message = f"there is no mailgate.yaml in {written.folder}; `mailgate init DIR` writes one to begin with"
        written.problems.append(Problem.at(Place("mailgate.yaml"), (), message))
        written.unread.add(part)


def _read_file(written: Written, part: str, path: Path, environ: Environ[str, str]) -> None:
    file = path.relative_to(written.folder).as_posix()
    text, wrong = decoded(file, path)
    if wrong:
        written.problems.append(wrong)
        written.unread.add(part)
        return
    if text.startswith("\ufeff"):
        message = "the file begins with a byte order mark; save it as UTF-8 without one"
        written.warnings.append(Problem.at(Place(file), (), message))
    document = read_document(file, text.removeprefix("\ufeff"), environ)
    written.problems.extend(document.problems)
    if document.root is None:
        written.unread.add(part)
        return
    written.problems.extend(_keep_known(part, document.root))
    written.problems.extend(join(written.root, document.root))


def decoded(file: str, path: Path) -> tuple[str, Problem | None]:
    """The text of a file, or why there is none."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        why = (error.strerror or "it is not there").lower()
        return "", Problem.at(Place(file), (), f"the file can not be read: {why}")
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", Problem.at(Place(file), (), "the file is written in UTF-16; save it as UTF-8")
    if not raw.strip():
        # A file cut short by a full disk must not silently take all rules away.
        message = "the file is empty; delete it, or leave a comment in it where nothing is to be said"
        return "", Problem.at(Place(file), (), message)
    try:
        return raw.decode().replace("\r\n", "\n"), None
    except UnicodeDecodeError as error:
        good = raw[: error.start].decode()
        message = "this character is not written in UTF-8; save the file as UTF-8"
        return "", Problem.at(place_in(file, good, len(good)), (), message)


def _keep_known(part: str, root: Mapping) -> Iterator[Problem]:
    """Takes out the keys that do not stand in this file, and says where they belong or what was meant.

    `rules:` with nothing behind it, because every rule is commented out, is as good as no key.
    """
    allowed = PARTS[part].model_fields
    for found in list(children(Found((), root.place, root))):
        key = str(found.path[0])
        if key in allowed:
            if isinstance(found.node, Scalar) and found.node.value is None and not allowed[key].is_required():
                del root.entries[key]
            continue
        del root.entries[key]
        home = next((f"{name}.yaml" for name, model in PARTS.items() if key in model.model_fields), None)
        if home:
            yield found.key_problem(f"'{key}' belongs in {home}")
        else:
            yield found.key_problem(unknown_key(key, allowed))


def unknown_key(key: str, allowed: Iterable[str]) -> str:
    """The sentence for a key that is not known where it stands."""
    before, colon, _ = key.partition(":")
    if colon and before in (allowed := tuple(allowed)):
        return f"unknown key '{key}': a space is missing behind the colon of '{before}: '"
    return f"unknown key '{key}'; {suggestion(key, allowed, most=40)}"


def _strangers(folder: Path) -> Iterator[Problem]:
    """Warnings for YAML files that nothing reads."""
    several = [path for part in PARTS for path in (folder / part).glob("*")]
    for path in sorted((*folder.glob("*.y*ml"), *several)):
        known = (path.parent == folder and path.name in _NAMES) or (path.parent != folder and path.suffix == ".yaml")
        if known or path.name.startswith(".") or path.name.endswith("~") or path.suffix == ".bak":
            continue
        meant = nearest(path.with_suffix(".yaml").name, _NAMES) if path.parent == folder else None
        hint = f"did you mean {meant}?" if meant else f"read are {choice(_NAMES)}, and *.yaml in folders of these names"
        file = path.relative_to(folder).as_posix()
        yield Problem.at(Place(file), (), f"nothing reads this file; {hint}")


def digest(folder: Path) -> str:
    """Twelve hexadecimal digits that change with every name and byte that decides or words something."""
    seen = hashlib.sha256()
    for path in sorted(_that_count(folder)):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        name = os.fsencode(path.relative_to(folder).as_posix())
        seen.update(b"%d:%s%d:%s" % (len(name), name, len(content), content))
    return seen.hexdigest()[:12]


def texts_beside(folder: Path) -> dict[str, str]:
    """The digest of each template, text for agents, case and key, by its name relative to the folder."""
    found = {f"keys/{path.name}": _digest_of(path) for path in sorted(_keys(folder))}
    for name in (*_WORDING, "cases"):
        for path in sorted((folder / name).glob("*")):
            if path.is_file() and not path.name.startswith("."):
                found[path.relative_to(folder).as_posix()] = _digest_of(path)
    return found


def _digest_of(path: Path) -> str:
    """Of a file that can not be read: nothing."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _that_count(folder: Path) -> Iterator[Path]:
    for part in PARTS:
        yield from folder.glob(f"{part}.yaml")
        yield from _visible((folder / part).glob("*.yaml"))
    for name in _WORDING:
        yield from (path for path in _visible((folder / name).glob("*")) if path.is_file())
    yield from _keys(folder)


def _keys(folder: Path) -> Iterator[Path]:
    beside = (path for path in folder.glob("*") if path.suffix in KEY_ENDINGS)
    yield from (path for path in _visible((*(folder / "keys").glob("*"), *beside)) if path.is_file())


def _visible(paths: Iterable[Path]) -> Iterator[Path]:
    """Without hidden files: editors keep their notes in those, and nobody else reads them."""
    return (path for path in paths if not path.name.startswith("."))
