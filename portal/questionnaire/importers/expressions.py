"""The part of XPath that XLSForms use, as a tree: tokens, then recursive descent.

``${name}`` is the answer to a question, ``.`` the answer itself. Paths name a question by their
last step. Predicates, unions and axes are not read: their expression is refused as a whole.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

MAXIMUM_DEPTH = 20
"""Parentheses and functions inside of one another; forms written by people stay below 6."""
MAXIMUM_TOKENS = 5000
"""The longest that was seen in a published form has some hundreds."""


class UnreadableExpression(ValueError):
    """The text is not an expression that is understood."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A text or a number that is written out."""

    value: str | float


@dataclass(frozen=True, slots=True)
class Reference:
    """The answer to the question of this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Own:
    """The answer to the question that the expression stands at."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function with what it is given."""

    name: str
    given: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values by one of ``= != < <= > >=``."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, difference, product, quotient or rest."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Both:
    """All of these hold."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these holds."""

    parts: "tuple[Expression, ...]"


Expression: TypeAlias = Literal | Reference | Own | Call | Comparison | Arithmetic | Both | Either

TYPOGRAPHIC = str.maketrans("‘’‚‛“”„‟", "''''\"\"\"\"")
"""Word processors put these where a form needs plain quotes; form tools read them the same way."""

TOKEN = re.compile(
    r"""\s*(?:
    (?P<reference>\$\{\s*[^{}]+?\s*\})
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    | (?P<path>(?:\.\./)+[\w.-]+|(?:/[\w.-]+)+)
    | (?P<own>\.(?!\w|\.))
    | (?P<word>[^\W\d][\w.:-]*)
    | (?P<sign>!=|<=|>=|==|[=<>+*(),-])
    )""",
    re.VERBOSE,
)

Token: TypeAlias = tuple[str, str]
END: Token = ("end", "")


def parse(text: str) -> Expression:
    """The tree of an expression; UnreadableExpression says at which words reading stopped."""
    parser = _Parser(_tokens(text.translate(TYPOGRAPHIC)))
    tree = parser.either()
    parser.expect_end()
    return tree


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    position, end = 0, len(text.rstrip())
    while position < end and len(found) <= MAXIMUM_TOKENS:
        match = TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise UnreadableExpression(text[position : position + 20].strip())
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    if len(found) > MAXIMUM_TOKENS:
        raise UnreadableExpression(found[-1][1])
    return found


class _Parser:
    """One method for each level of precedence, loosest first."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def either(self) -> Expression:
        """Parts joined by ``or``."""
        parts = self._joined("or", self._both)
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def expect_end(self) -> None:
        """Refuse what is left over."""
        if self._next != END:
            raise UnreadableExpression(self._next[1])

    def _both(self) -> Expression:
        parts = self._joined("and", self._equality)
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _joined(self, word: str, part: Callable[[], Expression]) -> list[Expression]:
        parts = [part()]
        while self._next[0] == "word" and self._next[1].casefold() == word:
            self._take()
            parts.append(part())
        return parts

    def _equality(self) -> Expression:
        left = self._order()
        while self._next in {("sign", "="), ("sign", "=="), ("sign", "!=")}:
            sign = self._take()[1].replace("==", "=")
            left = Comparison(sign, left, self._order())
        return left

    def _order(self) -> Expression:
        left = self._sum()
        while self._next[0] == "sign" and self._next[1] in {"<", "<=", ">", ">="}:
            left = Comparison(self._take()[1], left, self._sum())
        return left

    def _sum(self) -> Expression:
        left = self._product()
        while self._next in {("sign", "+"), ("sign", "-")}:
            left = Arithmetic(self._take()[1], left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._signed()
        while self._next in {("sign", "*"), ("word", "div"), ("word", "mod")}:
            left = Arithmetic(self._take()[1], left, self._signed())
        return left

    def _signed(self) -> Expression:
        is_negative = False
        while self._next == ("sign", "-"):
            self._take()
            is_negative = not is_negative
        value = self._value()
        if not is_negative:
            return value
        if isinstance(value, Literal) and isinstance(value.value, float):
            return Literal(-value.value)
        return Arithmetic("-", Literal(0.0), value)

    def _value(self) -> Expression:
        kind, text = self._take()
        tree: Expression
        match kind:
            case "reference":
                tree = Reference(text[2:-1].strip())
            case "path":
                tree = Reference(text.rsplit("/", 1)[-1])
            case "text":
                tree = Literal(text[1:-1])
            case "number":
                tree = Literal(float(text))
            case "own":
                tree = Own()
            case "word":
                self._require("(")
                tree = Call(text.casefold(), tuple(self._given()))
            case _ if text == "(":
                tree = self._inside()
            case _:
                raise UnreadableExpression(text)
        return tree

    def _inside(self) -> Expression:
        self._deeper()
        tree = self.either()
        self._require(")")
        self.depth -= 1
        return tree

    def _given(self) -> list[Expression]:
        if self._next == ("sign", ")"):
            self._take()
            return []
        self._deeper()
        given = [self.either()]
        while self._next == ("sign", ","):
            self._take()
            given.append(self.either())
        self._require(")")
        self.depth -= 1
        return given

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise UnreadableExpression("(")

    @property
    def _next(self) -> Token:
        return self.tokens[self.position] if self.position < len(self.tokens) else END

    def _take(self) -> Token:
        token = self._next
        self.position += 1
        return token

    def _require(self, sign: str) -> None:
        if self._take() != ("sign", sign):
            raise UnreadableExpression(sign)
