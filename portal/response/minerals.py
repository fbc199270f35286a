"""The reporting templates of the Responsible Minerals Initiative, as they are read (pure).

CMRT: tin, tantalum, tungsten, gold. EMRT: cobalt and mica, from 2.0 also copper, graphite,
lithium and nickel. Cells are found by the English labels beside them, not by addresses, since
rows differ between revisions; a revision whose labels nobody has compared is refused by name.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from portal.core.errors import Invalid, Message, message
from portal.questionnaire.importers.xlsx import Sheet

CMRT, EMRT = "CMRT", "EMRT"
KNOWN: Mapping[str, tuple[str, ...]] = {
    CMRT: ("6.01", "6.1", "6.22", "6.31", "6.4", "6.5"),
    EMRT: ("1.1", "1.11", "1.2", "1.3", "2.0", "2.1"),
}
"""Template → the revisions that are read."""
MINERALS: Mapping[str, str] = {
    "tantalum": "tantalum",
    "tin": "tin",
    "gold": "gold",
    "tungsten": "tungsten",
    "cobalt": "cobalt",
    "mica": "mica",
    "natural mica": "mica",
    "copper": "copper",
    "graphite": "graphite",
    "natural graphite": "graphite",
    "lithium": "lithium",
    "nickel": "nickel",
}
"""A mineral as the templates call it → its id."""
OTHERS: Mapping[str, str] = {
    "(crt)": "Cobalt Reporting Template (CRT)",
    "cobalt reporting template": "Cobalt Reporting Template (CRT)",
    "(amrt)": "Additional Minerals Reporting Template (AMRT)",
    "(prt)": "Pilot Reporting Template (PRT)",
}
COMPANY: Mapping[str, str] = {
    "company name": "company",
    "declaration scope or class": "scope",
    "description of scope": "scope_text",
    "contact name": "contact",
    "email contact": "contact_email",
    "phone contact": "contact_phone",
    "authorizer": "authorizer",
    "email authorizer": "authorizer_email",
    "effective date": "date",
    "date of completion": "date",
}
"""A label of the company's block → what is noted as."""
COLUMNS: Sequence[tuple[str, str]] = (
    ("smelter identification number input", "id_input"),
    ("source of smelter identification", "source"),
    ("smelter identification", "id"),
    ("metal", "metal"),
    ("smelter look up", "lookup"),
    ("smelter name", "name"),
    ("smelter country", "country"),
    ("smelter facility location country", "country"),
    ("smelter street", "street"),
    ("smelter city", "city"),
    ("name of mine", "mines"),
    ("location country of mine", "mine_countries"),
    ("does 100", "recycled"),
    ("comments", "comments"),
)
"""How the head of a column of the smelter list begins → what it holds; the first that fits."""

TOP_ROWS = 14
LABEL, ANSWER, COMMENT = 2, 4, 7
"""Columns B, D and G; heads may say that answers and comments stand elsewhere."""
_REVISION = re.compile(r"\b(?:revision|rev\.?|version)\s*:?\s*([0-9]+\.[0-9]+)", re.IGNORECASE)
_QUESTION = re.compile(r"([1-9])\)\s*\S")
_LETTER = re.compile(r"([A-I])\.\s*\S")
_DAY = re.compile(r"([0-9]{1,2})[-. /]([A-Za-z]{3})[a-z]*[-. /]([0-9]{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands in an answer cell and in the comment beside it; ``where`` is ``sheet!cell``."""

    answer: str
    comment: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Smelter:
    """One row of the smelter list, as it was written; ``metal`` is a mineral's id or empty."""

    row: int
    metal: str
    name: str
    country: str
    facility_id: str
    lookup: str = ""
    mine_countries: str = ""
    recycled: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A filled-in template.

    ``company`` by the names of ``COMPANY``; ``questions``: number → mineral → what was said;
    ``policies``: letter → what was said. ``day`` is None if no date can be read.
    """

    template: str
    revision: str
    company: Mapping[str, str]
    day: date | None
    questions: Mapping[str, Mapping[str, Said]]
    policies: Mapping[str, Said]
    smelters: tuple[Smelter, ...] = ()
    products: int = 0
    uncalculated: int = 0
    """Cells of the smelter list whose formula nobody has calculated."""
    minerals: tuple[str, ...] = field(default=())
    """Those that the template asks about."""

    @property
    def label(self) -> str:
        """``CMRT 6.4``."""
        return f"{self.template} {self.revision}"


def read_declaration(sheets: Sequence[Sheet]) -> Declaration:
    """Read a template that somebody has filled in.

    Raises Invalid, with one sentence, if it is no CMRT or EMRT, of a revision that is not known
    here, in another language than English, or was saved by a program that does not calculate.
    """
    by_name = {sheet.name.strip().casefold(): sheet for sheet in sheets}
    main = by_name.get("declaration")
    if main is None:
        raise Invalid(message("This is no CMRT or EMRT: it has no sheet “Declaration”."))
    template, revision = _template(main)
    reader = _Reader(main)
    company = reader.company()
    if "company" not in reader.labels:
        raise Invalid(_unreadable(main))
    questions, policies = reader.questions()
    listed = by_name.get("smelter list", Sheet("Smelter List", {}))
    return Declaration(
        template=template,
        revision=revision,
        company=company,
        day=_day(company.get("date", "")),
        questions=questions,
        policies=policies,
        smelters=tuple(_smelters(listed)),
        products=_products(by_name.get("product list")),
        uncalculated=sum(row > _head(listed)[0] for row, _ in listed.unread),
        minerals=tuple(dict.fromkeys(key for each in questions.values() for key in each)),
    )


def _template(sheet: Sheet) -> tuple[str, str]:
    """Which template it is, and its revision."""
    texts = [
        text for row in sorted(sheet.rows) if row <= TOP_ROWS for text in sheet.rows[row].values()
    ]
    said = " ".join(texts).casefold()
    for mark, name in OTHERS.items():
        if mark in said:
            raise Invalid(message("This is a {name}. Only CMRT and EMRT are read here.", name=name))
    if "(cmrt)" in said or "conflict minerals reporting template" in said:
        template = CMRT
    elif "(emrt)" in said or "extended minerals reporting template" in said:
        template = EMRT
    else:
        raise Invalid(message("This is no CMRT or EMRT: its sheet “Declaration” names neither."))
    found = next((match for text in texts if (match := _REVISION.search(text))), None)
    if found is None:
        raise Invalid(
            message(
                "The sheet “Declaration” does not say which revision of the {template} it is.",
                template=template,
            )
        )
    if found[1] not in KNOWN[template]:
        raise Invalid(
            message(
                "{template} revision {revision} is not known here; known: {known}.",
                template=template,
                revision=found[1],
                known=", ".join(KNOWN[template]),
            )
        )
    return template, found[1]


class _Reader:
    """Finds what was declared by the labels beside it."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.labels: set[str] = set()

    def company(self) -> dict[str, str]:
        """The company's block."""
        found: dict[str, str] = {}
        for row in sorted(self.sheet.rows):
            cells = self.sheet.rows[row]
            for column in sorted(cells):
                name = COMPANY.get(plain_label(cells[column]))
                if name is None or name in self.labels:
                    continue
                self.labels.add(name)
                beside = (cells[each] for each in sorted(cells) if each > column)
                found[name] = next(beside, "")
        return {name: text for name, text in found.items() if text}

    def questions(self) -> tuple[dict[str, dict[str, Said]], dict[str, Said]]:
        """Questions 1 to 8 by mineral, and questions A to H (C of the EMRT: the first mineral)."""
        numbered: dict[str, dict[str, Said]] = {}
        policies: dict[str, Said] = {}
        number = letter = ""
        answer, comment = ANSWER, COMMENT
        for row in sorted(self.sheet.rows):
            cells = self.sheet.rows[row]
            text = cells.get(LABEL, "")
            heads = {plain_label(each): column for column, each in cells.items() if column > LABEL}
            answer, comment = heads.get("answer", answer), heads.get("comments", comment)
            said = Said(
                answer="" if "answer" in heads else cells.get(answer, ""),
                comment="" if "comments" in heads else cells.get(comment, ""),
                where=f"{self.sheet.name}!{_column(answer)}{row}",
            )
            if found := _QUESTION.match(text):
                number, letter = found[1], ""
                numbered.setdefault(number, {})
            elif found := _LETTER.match(text):
                number, letter = "", found[1]
                policies[letter] = said
            elif (mineral := mineral_of(text)) and number:
                numbered[number].setdefault(mineral, said)
            elif mineral and letter and not policies[letter].answer:
                policies[letter] = said
        return numbered, policies


def plain_label(text: str) -> str:
    """A label without its marks: ``Email – Contact (*):`` is ``email contact``."""
    return " ".join(re.sub(r"\(\s*[*0-9]*\s*\)|[^A-Za-z0-9]+", " ", text).casefold().split())


def mineral_of(text: str) -> str:
    """The id of a mineral by its name; empty if it is none that the templates have."""
    return MINERALS.get(plain_label(text).removesuffix(" natural"), "")


def _unreadable(sheet: Sheet) -> Message:
    if len(sheet.unread) > TOP_ROWS:
        return message(
            "The values of this file were never calculated. Open it in Excel, save it and give "
            "it again."
        )
    return message(
        "The sheet “Declaration” is not in English. Choose English at its top, save the file and "
        "give it again."
    )


def _head(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row with the heads of the smelter list, and the column of each; 0 if there is none."""
    for row in sorted(sheet.rows):
        found: dict[str, int] = {}
        for column, text in sheet.rows[row].items():
            label = plain_label(text)
            name = next((name for begin, name in COLUMNS if label.startswith(begin)), None)
            if name is not None:
                found.setdefault(name, column)
        if {"metal", "country"} <= found.keys() and {"lookup", "name"} & found.keys():
            return row, found
    return 0, {}


def _smelters(sheet: Sheet) -> Iterator[Smelter]:
    """The filled rows below the heads; one that only a formula stands in counts for nothing."""
    head, columns = _head(sheet)
    for row in sorted(sheet.rows):
        if row <= head or not head:
            continue
        cells = {name: sheet.rows[row].get(column, "") for name, column in columns.items()}
        if not (cells.get("metal") or cells.get("name") or cells.get("lookup")):
            continue
        yield Smelter(
            row=row,
            metal=mineral_of(cells.get("metal", "")),
            name=cells.get("name") or cells.get("lookup", ""),
            country=cells.get("country", ""),
            facility_id=cells.get("id") or cells.get("id_input", ""),
            lookup=cells.get("lookup", ""),
            mine_countries=cells.get("mine_countries", ""),
            recycled=cells.get("recycled", ""),
        )


def _products(sheet: Sheet | None) -> int:
    """How many products are listed."""
    if sheet is None:
        return 0
    for row in sorted(sheet.rows):
        for column, text in sheet.rows[row].items():
            if "product number" in plain_label(text) and len(sheet.rows[row]) > 1:
                return sum(bool(sheet.rows[each].get(column)) for each in sheet.rows if each > row)
    return 0


def _day(text: str) -> date | None:
    """A day as a spreadsheet holds it, or written as 12-Mar-2026."""
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        found = _DAY.fullmatch(text.strip())
    if found is None or found[2].casefold() not in _MONTHS:
        return None
    try:
        return date(int(found[3]), _MONTHS.index(found[2].casefold()) + 1, int(found[1]))
    except ValueError:
        return None


def _column(number: int) -> str:
    return chr(ord("A") + number - 1)
