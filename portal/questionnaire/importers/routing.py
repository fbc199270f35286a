"""From an XLSForm's ``relevant`` to a condition.

A condition never shows less than the expression did: what cannot be said is taken as holding, so
that nothing goes unasked, and is listed as a loss with its reason. ``not`` is pushed down to the
comparisons first, so that this is true under it as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from portal.core.errors import Message, message
from portal.questionnaire.definition import Condition
from portal.questionnaire.importers.expressions import (
    Both,
    Call,
    Comparison,
    Either,
    Expression,
    Literal,
    Own,
    Reference,
    UnreadableExpression,
    parse,
)
from portal.questionnaire.importers.targets import (
    COMPARE,
    Reads,
    Target,
    depth,
    joined_all,
    joined_any,
    negated,
    number_in,
    size,
)

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
WRAPPERS = frozenset({"string", "number", "int", "normalize-space", "once"})
"""Functions that leave the values of a form as they are."""
COUNTS = {"count-selected": Reads.CHOICES, "string-length": Reads.TEXT, "count": Reads.ROWS}
MOST_STEPS = 500
"""Comparisons and calculations of one expression, calculations written out."""
MOST_DEPTH = 30
"""Levels of a condition: a file may nest 100 levels of YAML, two for each of these."""

Meaning = Condition | bool


@dataclass(slots=True)
class Scope:
    """What can be read from the place where an expression stands: grows down the form."""

    names: frozenset[str] = frozenset()
    """Every name of the form."""
    targets: dict[str, Target] = field(default_factory=dict)
    """What stands before, by name."""
    calculations: dict[str, Expression | None] = field(default_factory=dict)
    """Calculated values by name; None if the calculation cannot be read."""
    left_out: set[str] = field(default_factory=set)
    """Names of questions that are not carried."""
    in_tables: set[str] = field(default_factory=set)
    """Names of questions that became columns."""
    around: Mapping[str, Target] | None = None
    """Inside of a table: what stands before it, which its cells cannot read."""

    def inside(self) -> "Scope":
        """The scope of a table's cells: the columns to the left, none yet."""
        return Scope(
            names=self.names,
            calculations=self.calculations,
            left_out=self.left_out,
            in_tables=self.in_tables,
            around=self.targets,
        )


@dataclass(frozen=True, slots=True)
class Routed:
    """What an expression became."""

    meaning: Meaning
    losses: tuple[Message, ...]
    """Why parts of it are taken as holding."""
    steps: int = 1
    """How much was read for it."""


def route(text: str, scope: Scope) -> Routed:
    """The condition that an expression stands for, True if none is left; and what was lost."""
    try:
        tree = parse(text)
    except UnreadableExpression as stop:
        what = message(
            "“{expression}” cannot be read at “{words}”.", expression=text, words=str(stop)
        )
        return Routed(meaning=True, losses=(what,))
    reader = _Reader(text, scope)
    meaning = reader.say(tree)
    if not isinstance(meaning, bool) and (
        depth(meaning) > MOST_DEPTH or size(meaning) > MOST_STEPS
    ):
        too_large = message("“{expression}” is too large for a condition.", expression=text)
        return Routed(True, (too_large,), reader.steps)  # noqa: FBT003 - a condition's meaning
    return Routed(meaning, tuple(reader.losses.values()), reader.steps)


class _Reader:
    def __init__(self, text: str, scope: Scope) -> None:
        self.text = text
        self.scope = scope
        self.losses: dict[str, Message] = {}
        self.steps = 0
        self.open: list[str] = []

    def say(self, tree: Expression, *, holds: bool = True) -> Meaning:
        """The condition that the tree holds, or that it does not hold."""
        self.steps += 1
        meaning: Meaning
        match tree:
            case _ if self.steps > MOST_STEPS:
                meaning = self._lost("Dropped from “{expression}”: it is too large.")
            case Both(parts) | Either(parts):
                said = [self.say(part, holds=holds) for part in parts]
                is_all = isinstance(tree, Both) is holds
                meaning = joined_all(said) if is_all else joined_any(said)
            case Comparison(sign, left, right):
                meaning = self._comparison(sign, left, right, holds=holds)
            case Call(name, given):
                meaning = self._call(name, given, holds=holds)
            case Reference(name):
                meaning = self._alone(name, holds=holds)
            case Literal(value):
                meaning = bool(value) is holds
            case _:
                meaning = self._no_value(tree)
        return meaning

    def _lost(self, text: str, **values: object) -> Meaning:
        what = message(text, expression=self.text, **values)
        self.losses.setdefault(str(what), what)
        return True

    def _leaf(self, condition: Condition, *, holds: bool) -> Meaning:
        return condition if holds else negated(condition)

    def _call(self, name: str, given: Sequence[Expression], *, holds: bool) -> Meaning:
        match name, given:
            case "not", [part]:
                return self.say(part, holds=not holds)
            case (("true" | "false"), []):
                return (name == "true") is holds
            case (("boolean" | "once"), [part]):
                return self.say(part, holds=holds)
            case "selected", [asked, Literal(value)]:
                return self._selected(asked, str(value), holds=holds)
            case "if", [condition, yes, no]:
                return self.say(_either_way(condition, yes, no), holds=holds)
        return self._no_value(Call(name, ()))

    def _alone(self, name: str, *, holds: bool) -> Meaning:
        """An answer on its own holds once it is there; a calculation may be a condition."""
        if name in self.scope.calculations:
            tree = self._written_out(name)
            meaning = True if tree is None else self.say(tree, holds=holds)
            self.open.pop()
            return meaning
        target = self._target(name)
        return True if target is None else self._leaf(target.answered(), holds=holds)

    # Comparisons --------------------------------------------------------------------------

    def _comparison(
        self, sign: str, left: Expression, right: Expression, *, holds: bool
    ) -> Meaning:
        left, right = _unwrapped(left), _unwrapped(right)
        if isinstance(left, Literal) and not isinstance(right, Literal):
            sign, left, right = MIRRORED.get(sign, sign), right, left
        if not isinstance(right, Literal):
            return self._no_value(right)
        if isinstance(left, Reference):
            return self._answer_compared(left.name, sign, right, holds=holds)
        meaning: Meaning
        match left:
            case Literal(value):
                meaning = _compare_literals(sign, value, right.value) is holds
            case Call("if", (condition, yes, no)):
                either = _either_way(
                    condition, Comparison(sign, yes, right), Comparison(sign, no, right)
                )
                meaning = self.say(either, holds=holds)
            case Call(name, (Reference(asked),)) if name in COUNTS:
                meaning = self._counted(name, asked, sign, right, holds=holds)
            case _:
                meaning = self._no_value(left)
        return meaning

    def _answer_compared(self, name: str, sign: str, value: Literal, *, holds: bool) -> Meaning:
        if name in self.scope.calculations:
            return self._calculated(name, sign, value, holds=holds)
        target = self._target(name)
        return True if target is None else self._tested(target, sign, value, holds=holds)

    def _no_value(self, side: Expression) -> Meaning:
        """The loss of a comparison, by the side that is neither an answer nor a value."""
        match side:
            case Call(name, _):
                text = "Dropped from “{expression}”: conditions have no “{function}”."
                return self._lost(text, function=name)
            case Own():
                text = "Dropped from “{expression}”: a question cannot be shown by its own answer."
            case Reference():
                text = "Dropped from “{expression}”: an answer is never compared with an answer."
            case _:
                text = "Dropped from “{expression}”: a condition does not calculate."
        return self._lost(text)

    def _calculated(self, name: str, sign: str, value: Literal, *, holds: bool) -> Meaning:
        """Put the calculation in the place of its name."""
        tree = self._written_out(name)
        meaning: Meaning = True
        if tree is not None:
            meaning = self.say(Comparison(sign, tree, value), holds=holds)
        self.open.pop()
        return meaning

    def _written_out(self, name: str) -> Expression | None:
        """The calculation of this name, which is open until the caller closes it."""
        tree = self.scope.calculations[name]
        if tree is None or name in self.open:
            self._lost("Dropped from “{expression}”: “{name}” is calculated.", name=name)
            tree = None
        self.open.append(name)
        return tree

    def _tested(self, target: Target, sign: str, literal: Literal, *, holds: bool) -> Meaning:
        value = literal.value
        if value == "" and sign in {"=", "!="}:
            return self._leaf(target.answered(), holds=(sign == "!=") is holds)
        match target.reads:
            case Reads.CHOICE:
                return self._choice(target, sign, value, holds=holds)
            case Reads.CHOICES if sign in {"=", "!="}:
                return self._exact_choices(target, str(value), holds=(sign == "=") is holds)
            case Reads.NUMBER if (number := number_in(value)) is not None:
                return self._leaf(target.compared(sign, number), holds=holds)
            case Reads.TEXT if sign in {"=", "!="}:
                equal = target.test(equals=_written(value))
                return self._leaf(equal, holds=(sign == "=") is holds)
        return self._lost(
            "Dropped from “{expression}”: {name} cannot be compared in this way; it holds {kind}.",
            name=target.question or target.column,
            kind=target.reads.value,
        )

    def _choice(self, target: Target, sign: str, value: str | float, *, holds: bool) -> Meaning:
        ids: Sequence[str] = target.ids.get(_written(value), ())
        if sign in {"<", "<=", ">", ">="} or (not ids and not isinstance(value, str)):
            number = number_in(value)
            asked = "=" if sign == "!=" else sign
            ids = target.numbered(asked, number) if number is not None else ()
        if not ids:
            return self._no_option(target, value)
        return self._leaf(target.chosen(ids), holds=(sign != "!=") is holds)

    def _no_option(self, target: Target, value: str | float) -> Meaning:
        return self._lost(
            "Dropped from “{expression}”: {name} has no option “{value}”.",
            name=target.question or target.column,
            value=_written(value),
        )

    def _exact_choices(self, target: Target, value: str, *, holds: bool) -> Meaning:
        """A multiple choice as text: exactly these options, separated by spaces."""
        groups = [target.ids.get(name, ()) for name in value.split()]
        if not all(groups):
            return self._no_option(target, value)
        wanted = {each for ids in groups for each in ids}
        others = [each for each in target.all_ids() if each not in wanted]
        exact: list[Condition | bool] = [target.chosen(ids) for ids in groups]
        if others:
            exact.append(negated(target.chosen(others)))
        condition = joined_all(exact)
        return condition if isinstance(condition, bool) else self._leaf(condition, holds=holds)

    def _counted(
        self, name: str, asked: str, sign: str, literal: Literal, *, holds: bool
    ) -> Meaning:
        """How many options, letters or rows there are, where it comes down to none or some."""
        target = self._target(asked)
        number = number_in(literal.value)
        if target is None:
            return True
        if number is None or target.reads is not COUNTS[name]:
            return self._no_value(Call(name, ()))
        when_none, when_one = COMPARE[sign](0, number), COMPARE[sign](1, number)
        if name == "count" and number.is_integer() and number >= 0:
            return self._rows(target, sign, int(number), holds=holds)
        is_same_above = sign in {">", ">=", "!="} if when_one else sign in {"<", "<=", "="}
        if when_none is not when_one and is_same_above:
            return self._leaf(target.answered(), holds=when_one is holds)
        return self._lost(
            "Dropped from “{expression}”: a condition does not count options or letters."
        )

    def _rows(self, target: Target, sign: str, number: int, *, holds: bool) -> Meaning:
        match sign:
            case "=" | "!=":
                return self._leaf(target.test(rows={"==": number}), holds=(sign == "=") is holds)
            case ">" | "<=":
                least = target.test(rows={">=": number + 1})
                return self._leaf(least, holds=(sign == ">") is holds)
            case _:
                least = target.test(rows={">=": number})
                return self._leaf(least, holds=(sign == ">=") is holds)

    def _selected(self, asked: Expression, value: str, *, holds: bool) -> Meaning:
        asked = _unwrapped(asked)
        if not isinstance(asked, Reference):
            return self._no_value(asked)
        target = self._target(asked.name)
        if target is None:
            return True
        ids = target.ids.get(_written(value), ())
        if not ids:
            return self._no_option(target, value)
        return self._leaf(target.chosen(ids), holds=holds)

    def _target(self, name: str) -> Target | None:
        """What the name stands for here; None, and a loss, if it cannot be read."""
        scope = self.scope
        if name in scope.targets:
            return scope.targets[name]
        if name not in scope.names:
            self._lost("Dropped from “{expression}”: “{name}” is not in the form.", name=name)
        elif name in scope.left_out:
            self._lost("Dropped from “{expression}”: “{name}” is not carried.", name=name)
        elif name in scope.calculations:
            self._lost("Dropped from “{expression}”: “{name}” is calculated.", name=name)
        elif scope.around is not None:
            self._lost(
                "Dropped from “{expression}”: the cells of a table read columns to their left, "
                "and “{name}” is none.",
                name=name,
            )
        elif name in scope.in_tables:
            self._lost("Dropped from “{expression}”: “{name}” is inside of a table.", name=name)
        else:
            self._lost("Dropped from “{expression}”: “{name}” is not asked before.", name=name)
        return None


def _either_way(condition: Expression, yes: Expression, no: Expression) -> Expression:
    """``if(condition, yes, no)`` as a condition."""
    return Either((Both((condition, yes)), Both((Call("not", (condition,)), no))))


def _unwrapped(tree: Expression) -> Expression:
    while isinstance(tree, Call) and tree.name in WRAPPERS and len(tree.given) == 1:
        tree = tree.given[0]
    return tree


def _compare_literals(sign: str, left: str | float, right: str | float) -> bool:
    one, other = number_in(left), number_in(right)
    if one is not None and other is not None:
        return COMPARE[sign](one, other)
    return sign in {"=", "!="} and (str(left) == str(right)) is (sign == "=")


def _written(value: str | float) -> str:
    """A literal as the name of an option: 1.0 is ``1``."""
    return f"{value:.15g}" if isinstance(value, float) else value
