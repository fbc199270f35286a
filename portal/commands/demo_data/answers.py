"""All answers of one supplier of the demo to any questionnaire, routed and consistent (pure)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from portal.commands.demo_data.companies import Company
from portal.commands.demo_data.figures import LABEL_PROVES, MINERALS, READINESS, STAFF
from portal.commands.demo_data.tables import COMPANY_TABLES
from portal.commands.demo_data.tables_products import PRODUCT_TABLES
from portal.commands.demo_data.texts import Words, comment, long_text, not_applicable
from portal.commands.demo_data.writer import Value, Writer, amount, generic, with_required
from portal.questionnaire.conditions import route, shown_rows
from portal.questionnaire.definition import (
    ConfidentialityClass,
    Grid,
    LongText,
    Matrix,
    Question,
    Questionnaire,
    Table,
)
from portal.response.values import check, tidy

NARROWED_UNTIL = date(2028, 9, 30)
OPTIONAL_FROM = 0.3
"""Strength from which a supplier answers what it need not; the weaker leave more out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAnswer:
    """What a supplier will say to one question.

    ``value`` is None for "not applicable", which then has its ``reason``. ``narrowing`` is a
    reason code if ``confidentiality`` is narrower than the question foresees.
    """

    question: Question
    value: Value = None
    reason: str = ""
    comment: str = ""
    language: str = "en"
    confidentiality: ConfidentialityClass
    narrowing: str = ""


def plan(questionnaire: Questionnaire, company: Company, *, seed: int) -> dict[str, PlannedAnswer]:
    """Answers to every question that this supplier's own answers lead to, in page order.

    Optional questions are sometimes left out, hidden ones always.
    """
    writer = Writer(company=company, seed=seed)
    words, reasons = _think(questionnaire, writer)
    way = route(questionnaire, writer.values)
    planned: dict[str, PlannedAnswer] = {}
    for question in way.questions:
        if isinstance(question, Matrix | Grid) and not shown_rows(question, way.values):
            continue
        if question.id in reasons:
            planned[question.id] = _left_out(question, reasons[question.id])
        elif question.id in way.values:
            value = way.values[question.id]
            planned[question.id] = _answer(question, value, words[question.id], writer)
    return planned


def _think(questionnaire: Questionnaire, writer: Writer) -> tuple[dict[str, Words], dict[str, str]]:
    """What the supplier would say to every question, shown or not, and why it leaves some out."""
    words: dict[str, Words] = {}
    reasons: dict[str, str] = {}
    for question in questionnaire.questions():
        reason = not_applicable(question, writer)
        if reason is not None:
            reasons[question.id] = reason
        elif question.required or writer.strength(question.id, "optional") > OPTIONAL_FROM:
            words[question.id] = said = _say(question, writer)
            value = tidy(question, said.value) if said.value else said.value
            if value is not None:
                writer.values[question.id] = value
    return words, reasons


def _say(question: Question, writer: Writer) -> Words:
    if isinstance(question, LongText):
        return long_text(question, writer)
    own = _OWN.get(question.id)
    value = own(writer) if own is not None else None
    if value is None or check(question, value):
        value = generic(question, writer)
    elif isinstance(question, Table):
        value = [with_required(question, row, writer, number) for number, row in enumerate(value)]
    return comment(question, value, writer)


def _left_out(question: Question, reason: str) -> PlannedAnswer:
    default = question.confidentiality.default
    return PlannedAnswer(question=question, reason=reason, confidentiality=default)


def _answer(question: Question, value: Value, words: Words, writer: Writer) -> PlannedAnswer:
    chosen, narrowing = _class_of(question, writer)
    return PlannedAnswer(
        question=question,
        value=value,
        comment=words.comment,
        language=words.language,
        confidentiality=chosen,
        narrowing=narrowing,
    )


# Who may read ---------------------------------------------------------------------------

_NARROWED: Mapping[str, tuple[ConfidentialityClass, str, int, Collection[int]]] = {
    "L.05": (ConfidentialityClass.AGGREGATE_ONLY, "trade_secret", 5, {0, 2, 3}),
    "D.06": (ConfidentialityClass.AGGREGATE_ONLY, "trade_secret", 8, {1}),
    "G.06": (ConfidentialityClass.NAMED_BUYERS, "third_party_contract", 9, {4}),
    "B.05": (ConfidentialityClass.AGGREGATE_ONLY, "personal_data", 12, {9}),
    "E.04": (ConfidentialityClass.NAMED_BUYERS, "security", 11, {6}),
}
"""Question id → class, reason, and who narrows: the suppliers' numbers modulo what they leave.

L.05 is narrowed by so many that a release can count it for buyers too; D.06 and G.06 by so few
that a release hides them.
"""


def _class_of(question: Question, writer: Writer) -> tuple[ConfidentialityClass, str]:
    """The class and, if it is narrower than foreseen, the reason code."""
    allowed = question.confidentiality
    if question.id in _NARROWED:
        chosen, reason, every, rest = _NARROWED[question.id]
        if writer.company.place % every in rest and chosen.width >= allowed.narrowest.width:
            return chosen, reason
    widest = allowed.widest or allowed.default
    if question.id in {"D.02", "D.03"} and writer.company.level == "leader":
        return widest, ""
    return allowed.default, ""


# Questions with a writer of their own ----------------------------------------------------


def _scope(writer: Writer) -> Value:
    chance = writer.chance("A.06")
    return chance.choices(
        ("whole_group", "named_entities", "named_product_lines"), weights=(6, 1, 3)
    )[0]


def _laws(writer: Writer) -> Value:
    company = writer.company
    is_large = company.headcount in {"1000_4999", "5000_plus"}
    national = {"DE": ["lksg"], "FR": ["vigilance_france"]}.get(company.country, [])
    if is_large:
        minerals = ["eu_2017_821"] if company.kind == "maker" else []
        return ["csrd", *national, *minerals]
    return ["vsme"] if writer.strength("A.09") > 0.4 else ["none"]  # noqa: PLR2004 - most do


def _initiatives(writer: Writer) -> Value:
    strength = writer.strength("B.09")
    if writer.company.kind == "maker":
        ladder = (
            ["none"],
            ["rba_other"],
            ["rba_regular", "rmi"],
            ["rba_full", "rmi", "clean_production"],
        )
    else:
        ladder = (["none"], ["none"], ["circular_electronics"], ["gesi", "circular_electronics"])
    return ladder[min(3, int(strength * 4))]


def _staff(writer: Writer) -> Value:
    low, high = STAFF[writer.company.headcount]
    return amount(low, high, writer.strength("B.08"), 1)


def _purchasing(writer: Writer) -> Value:
    strength, chance = writer.strength("C.06"), writer.chance("C.06")
    figures = {
        "payment_days": 90 - amount(0, 60, strength),
        "paid_late": 30 - amount(0, 25, strength),
        "forecast_accuracy": amount(40, 90, strength),
        "late_changes": 35 - amount(0, 30, strength),
        "relation_years": chance.randint(3, 12),
    }
    return {row: {"value": value, "year": 2025} for row, value in figures.items()}


def _hours(writer: Writer) -> Value:
    return writer.chance("F.07").choices((48, 54, 60, 66), weights=(3, 2, 6, 1))[0]


def _minerals_used(writer: Writer) -> Value:
    unsure = 0.25 if writer.company.level == "beginner" else 0.05
    found = {}
    for mineral, likely in MINERALS.items():
        throw = writer.chance("I.01", mineral).random()
        found[mineral] = "yes" if throw < likely else "no"
        if mineral not in {"tin", "gold"} and throw > 1 - unsure:
            found[mineral] = "unknown"
    return found


def _minerals_left(writer: Writer) -> Value:
    used = writer.chosen("I.01")
    return {
        mineral: "no" if mineral == "mica" and writer.company.place % 2 else "yes"
        for mineral, answer in used.items()
        if answer == "yes"
    }


def _recycled_minerals(writer: Writer) -> Value:
    left = writer.chosen("I.02")
    highest = {"gold": 90, "tin": 70, "copper": 60, "cobalt": 45}
    return {
        mineral: {"share": amount(0, highest.get(mineral, 25), writer.strength("I.09", mineral))}
        for mineral, answer in left.items()
        if answer == "yes"
    }


def _footprint(writer: Writer) -> Value:
    typical = {
        "laptop": 260,
        "desktop": 480,
        "monitor": 390,
        "tablet": 120,
        "smartphone": 62,
        "server": 1900,
        "network": 150,
        "printer": 310,
    }
    main = writer.company.products[0]
    spread = writer.chance("J.05").uniform(0.75, 1.3)
    return round(typical.get(main, 200) * spread)


def _targets(writer: Writer) -> Value:
    strength, chance = writer.strength("J.06"), writer.chance("J.06")
    rows: dict[str, Value] = {}
    for row, hardness in (("scope_1", 0.2), ("scope_2", 0.15), ("scope_3", 0.5)):
        if strength < hardness:
            rows[row] = {"validated_by": "no_target"}
            continue
        validated = "sbti" if strength > 0.65 else chance.choice(("other", "nobody"))  # noqa: PLR2004 - the best
        cut = amount(25 if row == "scope_3" else 40, 95, strength)
        rows[row] = {"validated_by": validated, "base_year": 2020, "target_year": 2030, "cut": cut}
    return rows


def _offers(writer: Writer) -> Value:
    company = writer.company
    offers = {
        "maker": ["buy", "service"],
        "seller": ["buy", "lease"],
        "refurbisher": ["buy", "lease", "refurbished"],
    }[company.kind]
    if company.kind == "maker" and writer.strength("K.08") < 0.5:  # noqa: PLR2004 - the weaker half
        offers = ["buy"]
    if company.kind != "refurbisher" and company.level == "leader":
        offers = [*offers, "refurbished"]
    return offers


def _grades(writer: Writer) -> Value:
    years = {"grade_a": 3, "grade_b": 2, "grade_c": 1}
    offered = 3 if writer.company.kind == "refurbisher" else 2
    return {
        grade: {"offered": "yes", "warranty_years": warranty}
        if place < offered
        else {"offered": "no"}
        for place, (grade, warranty) in enumerate(years.items())
    }


def _label_views(writer: Writer) -> Value:
    return {
        issue: writer.chance("L.02", issue).choices(("proves", "partly", "not"), weights=weights)[0]
        for issue, weights in LABEL_PROVES.items()
    }


def _follow_up(writer: Writer) -> Value:
    forms = (
        "dialogue",
        "self_assessment",
        "cap",
        "kpi_report",
        "office_audit",
        "site_list",
        "site_visit",
    )
    accepted = forms[: 1 + int(writer.strength("L.05") * len(forms))]
    order = (
        "dialogue",
        "self_assessment",
        "office_audit",
        "site_list",
        "site_visit",
        "kpi_report",
        "cap",
    )
    return sorted(accepted, key=order.index)


def _criteria(writer: Writer) -> Value:
    rows = {}
    for row, ease in READINESS.items():
        strength = min(1.0, max(0.0, writer.strength("L.06", row) + ease))
        steps = ("no", "months_24", "months_12", "now")
        chance = writer.chance("L.06", row)
        rows[row] = {
            "readiness": steps[min(3, int(strength * 4))],
            "cost_effect": chance.choices(("none", "low", "high"), weights=(2, 5, 2))[0],
        }
    return rows


_OWN: Mapping[str, Callable[[Writer], Value]] = {
    **COMPANY_TABLES,
    **PRODUCT_TABLES,
    "A.03": lambda writer: list(writer.company.roles),
    "A.04": lambda writer: list(writer.company.products),
    "A.05": lambda writer: writer.company.headcount,
    "A.06": _scope,
    "A.09": _laws,
    "B.08": _staff,
    "B.09": _initiatives,
    "C.06": _purchasing,
    "F.07": _hours,
    "I.01": _minerals_used,
    "I.02": _minerals_left,
    "I.09": _recycled_minerals,
    "J.05": _footprint,
    "J.06": _targets,
    "K.08": _offers,
    "K.09": _grades,
    "L.02": _label_views,
    "L.05": _follow_up,
    "L.06": _criteria,
    "L.10": lambda _writer: "yes",
}
"""Questions whose answers are not left to their type."""
