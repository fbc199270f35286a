"""Find the texts that a Python module hands to the functions that take texts for people.

A text is a literal where it is handed over, or a name that holds one: a local or a constant, an
entry of a constant table, or a parameter, which holds what the module's own calls give it.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

FUNCTIONS = frozenset({"_", "message", "say"})
"""Functions whose first argument is a text for people."""
ANYWHERE = frozenset({"gettext", "lazy_gettext", "words"})
"""Functions and methods whose first argument is one."""
ONE = FUNCTIONS | ANYWHERE
TWO = frozenset({"lazy_ngettext", "ngettext", "plural"})
"""Functions and methods whose first two are: for one thing and for several."""
DEEPEST = 8
"""Names that hold names: more than anybody writes, and an end to circles."""

Function: TypeAlias = ast.FunctionDef | ast.Lambda
Scopes: TypeAlias = tuple[ast.AST, ...]
"""The module and the functions around a place, from the outside in."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that takes texts, and what each of them can be (None: nobody can tell)."""

    name: str
    line: int
    is_method: bool
    texts: list[list[str | None]]


class Module:
    """A Python module, with what is assigned and called where."""

    def __init__(self, tree: ast.Module) -> None:
        """Note every assignment and every call with the functions around it."""
        self._assigned: dict[tuple[ast.AST, str], list[ast.expr]] = {}
        self._calls: list[tuple[ast.Call, Scopes]] = []
        self._note(tree, (tree,))

    def calls(self) -> Iterator[Call]:
        """Every call of a function that takes texts."""
        for call, scopes in self._calls:
            name, is_method = called(call), isinstance(call.func, ast.Attribute)
            takes_one = name in (ANYWHERE if is_method else ONE)
            count = 2 if name in TWO else 1 if takes_one else 0
            if count and len(call.args) >= count:
                texts = [list(self._texts(each, scopes)) for each in call.args[:count]]
                yield Call(name, call.lineno, is_method, texts)

    def _note(self, node: ast.AST, scopes: Scopes) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._bind(target, node.value, scopes)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            self._bind(node.target, node.value, scopes)
        elif isinstance(node, ast.Call):
            self._calls.append((node, scopes))
        inner = (*scopes, node) if isinstance(node, Function) else scopes
        for child in ast.iter_child_nodes(node):
            self._note(child, inner)

    def _bind(self, target: ast.expr, value: ast.expr, scopes: Scopes) -> None:
        if isinstance(target, ast.Name):
            self._assigned.setdefault((scopes[-1], target.id), []).append(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for each, part in zip(target.elts, value.elts, strict=False):
                self._bind(each, part, scopes)

    def _texts(self, node: ast.expr, scopes: Scopes, depth: int = 0) -> Iterator[str | None]:
        """The texts that an expression can be."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
            return
        if isinstance(node, ast.Name):
            parts = self._held(node, scopes)
        elif isinstance(node, ast.Subscript | ast.Call):
            parts = [(part, scopes) for part in self._entries(node, scopes)]
        else:
            parts = [(part, scopes) for part in _alternatives(node)]
        if not parts or depth > DEEPEST:
            yield None
            return
        for part, its_scopes in parts:
            yield from self._texts(part, its_scopes, depth + 1)

    def _held(self, name: ast.Name, scopes: Scopes) -> list[tuple[ast.expr, Scopes]]:
        """What a name holds: the innermost function that assigns or takes it decides."""
        for depth in range(len(scopes), 0, -1):
            scope = scopes[depth - 1]
            assigned = self._assigned.get((scope, name.id), [])
            given = self._given(scope, name.id) if isinstance(scope, ast.FunctionDef) else []
            if assigned or given:
                return [(value, scopes[:depth]) for value in assigned] + given
        return []

    def _given(self, function: ast.FunctionDef, name: str) -> list[tuple[ast.expr, Scopes]]:
        """What the module's own calls of a function give for its parameter."""
        names = [each.arg for each in function.args.args]
        is_method = names[:1] in (["self"], ["cls"])
        place = names.index(name) - is_method if name in names else None
        if place is None and name not in {each.arg for each in function.args.kwonlyargs}:
            return []
        found = []
        for call, scopes in self._calls:
            if called(call) == function.name:
                by_name = [each.value for each in call.keywords if each.arg == name]
                by_place = call.args[place : place + 1] if place is not None else []
                found += [(value, scopes) for value in by_name or by_place]
        return found

    def _entries(self, node: ast.Subscript | ast.Call, scopes: Scopes) -> list[ast.expr]:
        """The values of the table that an expression takes one from, by a key or by ``get``."""
        otherwise: list[ast.expr] = []
        table = node.value if isinstance(node, ast.Subscript) else None
        if isinstance(node, ast.Call) and called(node) == "get":
            table = node.func.value if isinstance(node.func, ast.Attribute) else None
            otherwise = node.args[1:]
        held = self._held(table, scopes) if isinstance(table, ast.Name) else []
        tables = [value for value, _ in held if isinstance(value, ast.Dict)]
        return [value for each in tables for value in each.values] + (otherwise if tables else [])


def called(call: ast.Call) -> str:
    """The name of the function or method that is called."""
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return node.values
    return []
