"""The register: laws, conventions, guidance and standards with their clauses, as data.

It is one file, ``questionnaires/register.yaml``, that authors extend without programming. A
questionnaire refers to clauses by instrument and clause; the register says in our own words what
each clause asks, from when to when it holds, and whether its number was checked against the text.
The check of questionnaires does not need it: a questionnaire may refer to what is not here yet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from portal.core.errors import Invalid, message
from portal.questionnaire.definition import PlainId, Text
from portal.questionnaire.document import open_document
from portal.questionnaire.faults import Fault, KeyPath, Problem, listed
from portal.questionnaire.parts import STRICT
from portal.questionnaire.wording import problems_in

REGISTER_PATH = Path(__file__).parents[2] / "questionnaires" / "register.yaml"
LANGUAGES = ("en", "fr", "nl", "de")
"""Every text of the register is there in each of these."""


class InstrumentKind(StrEnum):
    """What sort of rules an instrument holds."""

    GUIDANCE = "guidance"
    PRINCIPLES = "principles"
    CONVENTION = "convention"
    EU_LAW = "eu_law"
    NATIONAL_LAW = "national_law"
    STANDARD = "standard"
    METHOD = "method"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredClause:
    """A clause, and what it asks in one sentence of our own."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: str
    """As questionnaires should write it, such as ``step 2.1``."""
    also: tuple[str, ...] = ()
    """Other ways in which published questionnaires write it, alone or with its neighbours."""
    text: Text
    verified: bool = False
    """Number and content were checked against the instrument's text."""
    valid_from: date | None = None
    """Where it differs from the instrument's; None where it does not, or is not known."""
    valid_to: date | None = None

    def is_written(self, clause: str) -> bool:
        """Whether ``clause`` means this one; case and double spaces make no difference."""
        return written(clause) in {written(each) for each in (self.id, *self.also)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredInstrument:
    """A law, convention, guidance, standard or method, with the clauses we refer to."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    id: PlainId
    title: Text
    version: str
    note: Text = field(default_factory=dict)
    """What a reader should know of its state, such as to whom it applies."""
    kind: InstrumentKind
    complete: bool = False
    """All clauses that speak to companies are listed: one that no question covers is a gap.
    Otherwise only those that questions refer to."""
    valid_from: date | None = None
    valid_to: date | None = None
    """The last day on which it holds."""
    clauses: tuple[RegisteredClause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """All instruments, in the order of the file."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    instruments: tuple[RegisteredInstrument, ...]

    def instrument(self, instrument_id: str) -> RegisteredInstrument | None:
        """The instrument of this id."""
        return next((each for each in self.instruments if each.id == instrument_id), None)


ADAPTER: TypeAdapter[Register] = TypeAdapter(Register)


@cache
def register() -> Register:
    """The register that comes with the portal, read once; errors as ``read_register``."""
    return read_register(REGISTER_PATH)


def read_register(path: Path) -> Register:
    """The register in a YAML file.

    Raises Invalid with the first fault, its file and line.
    """
    found, faults = _checked(path)
    if found is None or faults:
        raise Invalid(message("{fault}", fault=str(faults[0])))
    return found


def register_faults(path: Path) -> list[Fault]:
    """Everything that is wrong in the register's file, by line; none if it can be used."""
    return _checked(path)[1]


def clause_of(instrument: str, clause: str) -> RegisteredClause | None:
    """The clause that a reference means: the first one, if it names several together."""
    found = register().instrument(instrument)
    if found is None:
        return None
    return next((each for each in found.clauses if each.is_written(clause)), None)


def valid_on(entry: RegisteredInstrument | RegisteredClause, day: date) -> bool:
    """Whether the instrument or clause holds on that day, first and last day included.

    A clause also needs its instrument to hold; ask for both.
    """
    begun = entry.valid_from is None or entry.valid_from <= day
    return begun and (entry.valid_to is None or day <= entry.valid_to)


def written(clause: str) -> str:
    """A clause as it is compared: without case and double spaces."""
    return " ".join(clause.casefold().split())


# What can be wrong ----------------------------------------------------------------------


def _checked(path: Path) -> tuple[Register | None, list[Fault]]:
    document = open_document(path)
    faults = list(document.faults)
    found: Register | None = None
    if document.root is not None:
        found, problems = _decoded(document.value)
        faults += [document.place(problem) for problem in problems]
    return found, sorted(faults, key=lambda fault: (fault.line, fault.column))


def _decoded(value: object) -> tuple[Register | None, list[Problem]]:
    try:
        found = ADAPTER.validate_python(value)
    except ValidationError as error:
        return None, problems_in(error.errors(include_url=False), value)
    return found, list(_problems(found))


def _problems(found: Register) -> Iterator[Problem]:
    names = [each.id for each in found.instruments]
    yield from _twice(("instruments",), names)
    for i, instrument in enumerate(found.instruments):
        path: KeyPath = ("instruments", i)
        yield from text_problems((*path, "title"), instrument.title)
        if instrument.note:
            yield from text_problems((*path, "note"), instrument.note)
        yield from _day_problems(path, instrument)
        yield from _clause_problems(path, instrument)


def _clause_problems(path: KeyPath, instrument: RegisteredInstrument) -> Iterator[Problem]:
    ids = [written(each.id) for each in instrument.clauses]
    yield from _twice((*path, "clauses"), ids)
    for i, clause in enumerate(instrument.clauses):
        place: KeyPath = (*path, "clauses", i)
        yield from text_problems((*place, "text"), clause.text)
        yield from _day_problems(place, clause)
        for also in clause.also:
            if written(also) in ids:
                what = message("`{also}` is a clause of its own, or the same as this.", also=also)
                yield Problem((*place, "also"), what, message("Remove it from `also`."))


def _twice(path: KeyPath, ids: Sequence[str]) -> Iterator[Problem]:
    for i, each in enumerate(ids):
        if each in ids[:i]:
            what = message("`{id}` is given twice.", id=each)
            yield Problem((*path, i, "id"), what, message("Keep one of the two."))


def text_problems(path: KeyPath, text: Text) -> Iterator[Problem]:
    """What is missing of a text that has to be there in each of the portal's languages."""
    missing = [language for language in LANGUAGES if not text.get(language, "").strip()]
    if missing:
        languages = listed(missing)
        what = message("`{key}` is missing in {languages}.", key=path[-1], languages=languages)
        yield Problem(path, what, message("Add the wording in {languages}.", languages=languages))


def _day_problems(
    path: KeyPath, entry: RegisteredInstrument | RegisteredClause
) -> Iterator[Problem]:
    begins, ends = entry.valid_from, entry.valid_to
    if begins is not None and ends is not None and ends < begins:
        what = message("`{id}` ends before it begins.", id=entry.id)
        yield Problem((*path, "valid_to"), what, message("Exchange the two days."))
