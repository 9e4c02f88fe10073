"""Our letter templates, each in one piece: what it extends, and the macros and words it imports, are written into it
when it is compiled. Importing costs more than the letter itself, once for every letter, because words and macros may
name the letter's values.

Only our own templates are read this way. One that says `super`, `include` or anything else that is not understood
here stays as it is, and costs what it always did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, TypeVar

import jinja2
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from mailgate.outbox.sources import BUILT_IN, LetterLoader

Read = Callable[[str], nodes.Template]
_Node = TypeVar("_Node", bound=nodes.Node)
_LEFT = (nodes.Import, nodes.FromImport, nodes.Include, nodes.Extends, nodes.Macro, nodes.CallBlock)
_NAMES_OF_JINJA = ("super", "self", "caller")


class OnePiece(LetterLoader):
    """The built-in templates as letters in one language need them."""

    def __init__(self, language: str) -> None:
        super().__init__(BUILT_IN)
        self._language = language
        self._code: dict[str, CodeType] = {}
        self._imported: dict[str, nodes.Template] = {}

    def load(
        self, environment: jinja2.Environment, name: str, globals: MutableMapping[str, Any] | None = None
    ) -> jinja2.Template:
        # Environments with this loader know the same filters, each its own: they are asked when a letter is written.
        if name not in self._code:
            self._code[name] = self._compiled(environment, name)
        return environment.template_class.from_code(environment, self._code[name], globals or {})

    def _compiled(self, environment: jinja2.Environment, name: str) -> CodeType:
        def read(other: str) -> nodes.Template:
            return environment.parse(self.get_source(environment, other)[0], other)

        def lend(other: str) -> nodes.Template:
            if other not in self._imported:
                self._imported[other] = read(other)
            return self._imported[other]

        # What others extend keeps its blocks, for a letter that is left as it is.
        whole = (None if name.startswith("_") else in_one_piece(read, name, self._language, lend)) or read(name)
        whole.set_environment(environment)
        return environment.compile(whole, name, self.get_source(environment, name)[1])


class _NotUnderstood(Exception):
    """This template has to be left as it is."""


def in_one_piece(read: Read, name: str, language: str, lend: Read | None = None) -> nodes.Template | None:
    """The template without extends and imports, or None where it can not be had. `read` parses one by its name, each
    time anew; `lend` may give the same one again, because of what is imported only copies are written in."""
    try:
        whole, imports = _joined(read, read(name), {})
        names = dict(_imported(lend or read, imports, language))
        whole = _Inlining(names).visit(whole)
    except _NotUnderstood:
        return None
    named = {each.name for each in whole.find_all(nodes.Name)}
    return None if whole.find(_LEFT) or named.intersection((*_NAMES_OF_JINJA, *names)) else whole


# -- extends -----------------------------------------------------------------------------------------------------------


def _joined(
    read: Read, template: nodes.Template, blocks: Mapping[str, nodes.Block]
) -> tuple[nodes.Template, list[nodes.Import]]:
    """The template with the blocks of those that extend it, then that within what it extends itself; and all they
    import."""
    _Filling(blocks).visit(template)
    imports = list(template.find_all(nodes.Import))
    parent = next(iter(template.find_all(nodes.Extends)), None)
    if parent is None:
        template.body = [each for each in template.body if not isinstance(each, nodes.Import)]
        return _Opening().visit(template), imports
    if not all(_says_nothing(each) for each in template.body if each is not parent):
        raise _NotUnderstood
    own = {each.name: each for each in template.find_all(nodes.Block)}
    above = [each for each in template.body[: template.body.index(parent)] if isinstance(each, nodes.Output)]
    whole, more = _joined(read, read(_name_of(parent.template, "")), own)
    whole.body[:0] = above  # it is shown, unlike what stands below `extends`
    return whole, [*more, *imports]


def _says_nothing(node: nodes.Node) -> bool:
    """What may stand beside the blocks of a template that extends another."""
    silent = isinstance(node, nodes.Output) and all(isinstance(each, nodes.TemplateData) for each in node.nodes)
    return silent or isinstance(node, nodes.Block | nodes.Import)


def _name_of(source: nodes.Expr, language: str) -> str:
    """The name of a file, in which the language may stand."""
    if isinstance(source, nodes.Concat):
        return "".join(_name_of(each, language) for each in source.nodes)
    if isinstance(source, nodes.Const) and isinstance(source.value, str):
        return source.value
    if isinstance(source, nodes.Name) and source.name == "language" and language:
        return language
    raise _NotUnderstood


@dataclass
class _Filling(NodeTransformer):
    """Blocks get the body of the block of the same name in the template that extends this one."""

    blocks: Mapping[str, nodes.Block]

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        if node.name not in self.blocks:
            return self.generic_visit(node)
        node.body = _copies(self.blocks[node.name].body)
        return node


class _Opening(NodeTransformer):
    """Blocks are functions of their own no longer."""

    def visit_Block(self, node: nodes.Block) -> nodes.Node:
        self.generic_visit(node)
        return nodes.Scope(node.body, lineno=node.lineno)


# -- imports -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Imported:
    """A file of macros and words."""

    macros: Mapping[str, nodes.Macro]
    words: Mapping[str, nodes.Node]


def _imported(read: Read, imports: Sequence[nodes.Import], language: str) -> Iterator[tuple[str, _Imported]]:
    """Under the name that it has in the template, all that is imported, and what that imports itself."""
    for each in imports:
        template = read(_name_of(each.template, language))
        set_ = (node for node in template.body if isinstance(node, nodes.Assign))
        words = {node.target.name: node.node for node in set_ if isinstance(node.target, nodes.Name)}
        if any(name.name in words for word in words.values() for name in word.find_all(nodes.Name)):
            raise _NotUnderstood
        yield from _imported(read, list(template.find_all(nodes.Import)), language)
        yield each.target, _Imported({macro.name: macro for macro in template.find_all(nodes.Macro)}, words)


@dataclass
class _Inlining(NodeTransformer):
    """Writes each macro where it is called, and each word where it is used."""

    names: Mapping[str, _Imported]
    _callers: list[list[nodes.Node]] = field(default_factory=list)
    _made: int = 0

    def visit_Output(self, node: nodes.Output) -> list[nodes.Node]:
        """A call of a macro in the middle of an output becomes the statements of the macro."""
        return [one for each in node.nodes for one in self._statements(each) or [nodes.Output([self.visit(each)])]]

    def visit_CallBlock(self, node: nodes.CallBlock) -> list[nodes.Node]:
        macro = self._macro(node.call.node)
        if macro is None or macro.args or node.call.args:
            raise _NotUnderstood  # a macro's own names would hide those in the words it is called with
        self._callers.append(self._all(node.body))
        written = self._all(_copies(macro.body))
        self._callers.pop()
        return written

    def visit_Getattr(self, node: nodes.Getattr) -> nodes.Node:
        if isinstance(node.node, nodes.Name) and node.node.name in self.names:
            words = self.names[node.node.name].words
            if node.attr not in words:
                raise _NotUnderstood
            word: nodes.Node = self.visit(_copy(words[node.attr]))
            return word
        inner = self.visit(node.node)
        known = inner.items if isinstance(inner, nodes.Dict) else ()
        found = (pair.value for pair in known if isinstance(pair.key, nodes.Const) and pair.key.value == node.attr)
        return next(found, nodes.Getattr(inner, node.attr, node.ctx, lineno=node.lineno))

    def _statements(self, node: nodes.Expr) -> list[nodes.Node]:
        """What the call of a macro stands for; nothing where it is none."""
        if not isinstance(node, nodes.Call):
            return []
        if isinstance(node.node, nodes.Name) and node.node.name == "caller" and self._callers:
            return _copies(self._callers[-1])
        macro = self._macro(node.node)
        return self._called(macro, node) if macro else []

    def _macro(self, named: nodes.Expr) -> nodes.Macro | None:
        """`parts.row`, or, inside a file of macros, `row`."""
        if isinstance(named, nodes.Getattr) and isinstance(named.node, nodes.Name) and named.node.name in self.names:
            return self.names[named.node.name].macros.get(named.attr)
        if not isinstance(named, nodes.Name):
            return None
        return next((each.macros[named.name] for each in self.names.values() if named.name in each.macros), None)

    def _called(self, macro: nodes.Macro, call: nodes.Call) -> list[nodes.Node]:
        if call.kwargs or call.dyn_args or call.dyn_kwargs:
            raise _NotUnderstood
        defaults = macro.defaults[len(macro.defaults) - len(macro.args) + len(call.args) :]
        values = [*call.args, *map(_copy, defaults)]
        if len(values) != len(macro.args):
            raise _NotUnderstood
        before: list[nodes.Node] = []
        ready = [self._value(each, before) for each in values]
        targets = [nodes.Name(each.name, "param") for each in macro.args]
        return [*before, nodes.With(targets, ready, self._all(_copies(macro.body)), lineno=call.lineno)]

    def _value(self, node: nodes.Expr, before: list[nodes.Node]) -> nodes.Expr:
        """A value that a macro makes is made before."""
        written = self._statements(node)
        if not written:
            value: nodes.Expr = self.visit(node)
            return value
        self._made += 1
        name = f"made_{self._made}"
        before.append(nodes.AssignBlock(nodes.Name(name, "store"), None, written, lineno=node.lineno))
        return nodes.Name(name, "load")

    def _all(self, body: Sequence[nodes.Node]) -> list[nodes.Node]:
        return [each for node in body for each in self.visit_list(node)]


# -- copies ------------------------------------------------------------------------------------------------------------


def _copies(body: Sequence[nodes.Node]) -> list[nodes.Node]:
    return [_copy(each) for each in body]


def _copy(node: _Node) -> _Node:
    """The node and all below it; not what it points to besides, which is the whole environment."""
    parts = [_copied(value) for _, value in node.iter_fields()]
    return type(node)(*parts, lineno=node.lineno)


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [_copied(each) for each in value]
    return _copy(value) if isinstance(value, nodes.Node) else value
