"""What a filled-in reporting template lacks or contradicts, rule by rule (pure).

The rules are those that the templates' own sheet "Checker" applies, and a few that compare the
smelter list with the declaration. A finding hinders nothing: it is told before anything is taken.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from portal.core.errors import Message, message
from portal.questionnaire.definition import Shape
from portal.response.countries import country_code
from portal.response.minerals import CMRT, Declaration, Said, Smelter
from portal.response.shapes import has_shape

IN_SCOPE = "yes"
NO_MAIL = ("not available", "n/a")
OLD = timedelta(days=366)
LISTED_ROWS = 5
"""Rows of the smelter list that a finding names; more are counted."""
UNLISTED = ("smelter not listed", "smelter not yet identified")
RATES = {CMRT: "6"}
LAST = {CMRT: 8}
LETTERS = {CMRT: "ABCDEFGH"}
EMRT_RATE, EMRT_LAST, EMRT_LETTERS = "5", 7, "ABCDEFG"

REQUIRED = {
    "company": message("the company's name"),
    "scope": message("the scope of the declaration"),
    "contact": message("the contact's name"),
    "contact_email": message("the contact's e-mail address"),
    "contact_phone": message("the contact's telephone number"),
    "authorizer": message("the name of who authorised it"),
    "authorizer_email": message("the e-mail address of who authorised it"),
    "date": message("the date"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that is not met; ``rule`` is its stable name, ``where`` a place in the file."""

    rule: str
    problem: Message
    where: str = ""


def findings(declared: Declaration, today: date) -> list[Finding]:
    """Everything that is not as it should be, in the order of the template."""
    found = [finding for rule in RULES for finding in rule(declared)]
    return [*found, *_age(declared, today)]


def rate_of(declared: Declaration) -> str:
    """The number of the question about the share of suppliers that answered."""
    return RATES.get(declared.template, EMRT_RATE)


def said(declared: Declaration, number: str, mineral: str) -> str:
    """What was answered to a numbered question, small; empty if nothing."""
    return answer_of(declared.questions.get(number, {}).get(mineral))


def answer_of(given: Said | None) -> str:
    """The answer, small and without blanks around it."""
    return given.answer.strip().casefold() if given else ""


def in_scope(declared: Declaration) -> list[str]:
    """The minerals that are added and remain in the product, which all else is asked about."""
    return [
        mineral
        for mineral in declared.minerals
        if said(declared, "1", mineral) == IN_SCOPE and said(declared, "2", mineral) == IN_SCOPE
    ]


def real_name(smelter: Smelter) -> str:
    """The smelter's name; empty where the template's own filler stands."""
    return "" if smelter.name.strip().casefold() in {*UNLISTED, "unknown"} else smelter.name.strip()


def _company(declared: Declaration) -> Iterator[Finding]:
    for name, text in REQUIRED.items():
        if not declared.company.get(name):
            yield Finding(rule="company", problem=message("Missing: {what}", what=text))
    for name in ("contact_email", "authorizer_email"):
        address = declared.company.get(name, "")
        if address and "@" not in address and address.strip().casefold() not in NO_MAIL:
            text = message("This is no e-mail address: {text}", text=address)
            yield Finding(rule="email", problem=text)
    if declared.company.get("date") and declared.day is None:
        text = message("This is no date: {text}", text=declared.company["date"])
        yield Finding(rule="date", problem=text)


def _scope(declared: Declaration) -> Iterator[Finding]:
    scope = declared.company.get("scope", "").casefold()
    if "user" in scope and "defined" in scope and not declared.company.get("scope_text"):
        yield Finding(
            rule="scope_text", problem=message("The scope is user defined, but not described")
        )
    if "product" in scope and not declared.products:
        yield Finding(
            rule="products",
            problem=message(
                "The scope is a list of products, but the sheet “Product List” is empty"
            ),
        )


def _questions(declared: Declaration) -> Iterator[Finding]:
    last = LAST.get(declared.template, EMRT_LAST)
    for mineral in declared.minerals:
        numbers = ["1"]
        if said(declared, "1", mineral) == IN_SCOPE:
            numbers.append("2")
        if mineral in in_scope(declared):
            numbers += [str(number) for number in range(3, last + 1)]
        for number in numbers:
            if not said(declared, number, mineral):
                given = declared.questions.get(number, {}).get(mineral)
                yield Finding(
                    rule="declaration",
                    problem=message(
                        "Question {number} is not answered for {mineral}",
                        number=number,
                        mineral=mineral,
                    ),
                    where=given.where if given else "",
                )


def _policies(declared: Declaration) -> Iterator[Finding]:
    if not in_scope(declared):
        return
    for letter in LETTERS.get(declared.template, EMRT_LETTERS):
        given = declared.policies.get(letter)
        if not answer_of(given):
            text = message("Question {letter} is not answered", letter=letter)
            yield Finding(rule="policy", problem=text, where=given.where if given else "")
    address = declared.policies.get("B")
    if address and answer_of(address) == IN_SCOPE and not address.comment.strip():
        text = message("Question B is answered with yes, but no web address stands beside it")
        yield Finding(rule="policy_address", problem=text, where=address.where)
    survey = declared.policies.get("E")
    if survey and "other format" in answer_of(survey) and not survey.comment.strip():
        text = message("Question E names another format, but does not describe it")
        yield Finding(rule="survey_format", problem=text, where=survey.where)


def _smelters(declared: Declaration) -> Iterator[Finding]:
    listed = {smelter.metal for smelter in declared.smelters}
    for mineral in in_scope(declared):
        if mineral not in listed:
            yield Finding(
                rule="smelters_missing",
                problem=message("No smelter is listed for {mineral}", mineral=mineral),
            )
    for mineral in sorted(listed - {""}):
        if said(declared, "1", mineral) == "no":
            text = message(
                "Smelters are listed for {mineral}, which question 1 says is not used",
                mineral=mineral,
            )
            yield Finding(rule="smelters_unused", problem=text)
    for mineral in declared.minerals:
        is_whole = said(declared, str(LAST.get(declared.template, EMRT_LAST) - 1), mineral) == "yes"
        unknown = [
            each for each in declared.smelters if each.metal == mineral and _is_unknown(each)
        ]
        if is_whole and unknown:
            text = message(
                "All smelters of {mineral} are said to be identified, but one is called not yet "
                "identified",
                mineral=mineral,
            )
            yield Finding(rule="smelters_unidentified", problem=text, where=_rows(unknown))


def _rows_of_smelters(declared: Declaration) -> Iterator[Finding]:
    tests: tuple[tuple[str, Message, Callable[[Smelter], bool]], ...] = (
        ("metal", message("Smelters without a mineral that this template has"), _has_no_metal),
        ("smelter_name", message("Smelters without a name"), _has_no_name),
        ("country", message("Smelters without a country"), _has_no_country),
        ("country_name", message("Countries that are not known"), _has_unknown_country),
        ("cid", message("Smelter numbers that are not CID and six digits"), _has_odd_number),
    )
    for rule, problem, is_wrong in tests:
        wrong = [each for each in declared.smelters if is_wrong(each)]
        if wrong:
            yield Finding(rule=rule, problem=problem, where=_rows(wrong))
    seen: set[tuple[str, str]] = set()
    twice = []
    for each in declared.smelters:
        key = (each.metal, (each.facility_id or each.name).strip().casefold())
        if key in seen and not _is_unknown(each):
            twice.append(each)
        seen.add(key)
    if twice:
        problem = message("Smelters that are listed twice for one mineral")
        yield Finding(rule="twice", problem=problem, where=_rows(twice))
    if declared.uncalculated:
        text = message(
            "Cells of the smelter list that were never calculated: {count}. Open the file in "
            "Excel, save it and give it again",
            count=declared.uncalculated,
        )
        yield Finding(rule="uncalculated", problem=text)


def _age(declared: Declaration, today: date) -> Iterator[Finding]:
    if declared.day is None:
        return
    if declared.day > today:
        text = message("It is dated {day}, which is not yet", day=declared.day)
        yield Finding(rule="future", problem=text)
    elif today - declared.day > OLD:
        text = message("It is dated {day}, more than a year ago", day=declared.day)
        yield Finding(rule="old", problem=text)


def _is_unknown(smelter: Smelter) -> bool:
    return smelter.lookup.strip().casefold() == UNLISTED[1]


def _has_no_metal(smelter: Smelter) -> bool:
    return not smelter.metal


def _has_no_name(smelter: Smelter) -> bool:
    return not real_name(smelter) and not _is_unknown(smelter)


def _has_no_country(smelter: Smelter) -> bool:
    return not smelter.country.strip() and not _is_unknown(smelter)


def _has_unknown_country(smelter: Smelter) -> bool:
    text = smelter.country.strip()
    return bool(text) and text.casefold() != "unknown" and country_of(text) is None


def _has_odd_number(smelter: Smelter) -> bool:
    return bool(smelter.facility_id) and not has_shape(Shape.SMELTER, smelter.facility_id)


ISO_NAMES = {
    "bonaire, sint eustatius and saba": "BQ",
    "congo": "CG",
    "holy see": "VA",
    "korea (democratic people's republic of)": "KP",
    "lao people's democratic republic": "LA",
    "palestine, state of": "PS",
    "sao tome and principe": "ST",
    "syrian arab republic": "SY",
    "united kingdom of great britain and northern ireland": "GB",
}
"""Names of ISO 3166 that nobody uses but lists such as that of the templates."""


def country_of(text: str) -> str | None:
    """The code of a country as the templates write it, such as ``KOREA, REPUBLIC OF``."""
    if code := ISO_NAMES.get(text.strip().casefold()):
        return code
    first, comma, rest = text.partition(",")
    turned = f"{rest.strip()} {first.strip()}" if comma else text
    tries = (text, turned, text.partition("(")[0], first, text.removesuffix("*"))
    return next((code for each in tries if (code := country_code(each))), None)


def _rows(smelters: list[Smelter]) -> str:
    rows = [f"B{each.row}" for each in smelters]
    more = f" +{len(rows) - LISTED_ROWS}" if len(rows) > LISTED_ROWS else ""
    return f"Smelter List!{', '.join(rows[:LISTED_ROWS])}{more}"


RULES: tuple[Callable[[Declaration], Iterator[Finding]], ...] = (
    _company,
    _scope,
    _questions,
    _policies,
    _smelters,
    _rows_of_smelters,
)
