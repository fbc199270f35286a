"""From an XLSForm's ``constraint`` to the limits that a question can have."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from portal.questionnaire.importers.expressions import (
    Both,
    Call,
    Comparison,
    Expression,
    Literal,
    Own,
    UnreadableExpression,
    parse,
)
from portal.questionnaire.importers.targets import number_in

MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}
LONGEST_TEXT = 100_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a constraint asks of an answer."""

    minimum: float | None = None
    maximum: float | None = None
    maximum_length: int | None = None
    alone: tuple[str, ...] = ()
    """Names of options that cannot be chosen together with another."""
    is_exact: bool = True
    """Whether nothing of the constraint is lost, or made a little wider."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the constraint is kept."""
        return self == Limits(is_exact=self.is_exact)

    def narrowed(self, other: "Limits") -> "Limits":
        """Both at once."""
        lower = [each for each in (self.minimum, other.minimum) if each is not None]
        upper = [each for each in (self.maximum, other.maximum) if each is not None]
        lengths = [each for each in (self.maximum_length, other.maximum_length) if each is not None]
        return Limits(
            minimum=max(lower, default=None),
            maximum=min(upper, default=None),
            maximum_length=min(lengths, default=None),
            alone=(*self.alone, *other.alone),
            is_exact=self.is_exact and other.is_exact,
        )


NOTHING = Limits(is_exact=False)


def limits_in(text: str, *, whole: bool) -> Limits:
    """The limits in a constraint; ``whole`` if the answer is a whole number.

    A strict bound becomes the next whole number, or, for other numbers, the bound itself.
    """
    try:
        tree = parse(text)
    except UnreadableExpression:
        return NOTHING
    found = Limits()
    for part in tree.parts if isinstance(tree, Both) else (tree,):
        for inner in part.parts if isinstance(part, Both) else (part,):
            found = found.narrowed(_limit(inner, whole=whole))
    if found.minimum is not None and found.maximum is not None and found.minimum > found.maximum:
        return replace(found, minimum=None, maximum=None, is_exact=False)
    return found


def _limit(tree: Expression, *, whole: bool) -> Limits:
    match tree:
        case Comparison(sign, Own(), Literal(value)) if sign in MIRRORED:
            return _bound(sign, value, whole=whole)
        case Comparison(sign, Literal(value), Own()) if sign in MIRRORED:
            return _bound(MIRRORED[sign], value, whole=whole)
        case Comparison("<" | "<=" as sign, Call("string-length", (Own(),)), Literal(value)):
            return _length(sign, value)
        case Comparison(">" | ">=" as sign, Literal(value), Call("string-length", (Own(),))):
            return _length(MIRRORED[sign], value)
        case Call("not", (Both(parts),)):
            alone = tuple(_alone(parts))
            return Limits(alone=alone) if alone else NOTHING
    return NOTHING


def _bound(sign: str, value: str | float, *, whole: bool) -> Limits:
    number = number_in(value)
    if number is None:
        return NOTHING
    is_strict = sign in {"<", ">"}
    if is_strict and whole:
        # The next whole number beyond the bound, which may itself lie between two.
        number = number // 1 + 1 if sign == ">" else -(-number // 1) - 1
    is_exact = not is_strict or whole
    if sign == "=":
        return Limits(minimum=number, maximum=number)
    if sign in {">", ">="}:
        return Limits(minimum=number, is_exact=is_exact)
    return Limits(maximum=number, is_exact=is_exact)


def _length(sign: str, value: str | float) -> Limits:
    number = number_in(value)
    if number is None or not number.is_integer():
        return NOTHING
    longest = int(number) - (sign == "<")
    return Limits(maximum_length=longest) if 1 <= longest <= LONGEST_TEXT else NOTHING


def _alone(parts: tuple[Expression, ...]) -> Iterator[str]:
    """In ``not(selected(., 'none') and count-selected(.) > 1)``: none."""
    names = [
        str(part.given[1].value)
        for part in parts
        if isinstance(part, Call)
        and part.name == "selected"
        and len(part.given) == 2  # noqa: PLR2004 - what is asked, and the option
        and isinstance(part.given[0], Own)
        and isinstance(part.given[1], Literal)
    ]
    several = {
        Comparison(">", Call("count-selected", (Own(),)), Literal(1.0)),
        Comparison(">=", Call("count-selected", (Own(),)), Literal(2.0)),
    }
    if len(parts) == 2 and len(names) == 1 and any(part in several for part in parts):  # noqa: PLR2004 - as above
        yield names[0]
