"""Rows about company, sites, risks and audits in the demo's tables (pure).

They are consistent with each other and with the supplier: actions follow the risks named before.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from portal.commands.demo_data.companies import LEVELS
from portal.commands.demo_data.places import (
    ACTIONS,
    ASSEMBLY_SITES,
    BRANDS,
    COMPONENT_SITES,
    LIFETIMES,
    RISKS,
)
from portal.commands.demo_data.writer import Value, Writer, day, step

Rows = list[dict[str, Any]]
LAST_YEARS = (2024, 2025)
DEVICES = frozenset(LIFETIMES) - {"services"}


def _entities(writer: Writer) -> Rows:
    company = writer.company
    number = f"{company.country}-{writer.chance('A.01').randrange(100_000, 999_999)}"
    first = {"legal_name": company.name, "register_number": number, "country": company.country}
    if company.parent:
        first["parent"] = company.parent
    if company.headcount not in {"1000_4999", "5000_plus"}:
        return [first]
    service = {
        "legal_name": f"{company.name.split()[0]} Service B.V.",
        "register_number": f"NL-{writer.chance('A.01', 2).randrange(100_000, 999_999)}",
        "country": "NL",
        "parent": company.name,
    }
    return [first, service]


def _contacts(writer: Writer) -> Rows:
    company = writer.company
    people = (
        (company.contact, "Sustainability", "no"),
        (company.contributor, "Tenders", "no"),
        (company.signatory, "Management", "yes"),
    )
    return [
        {"name": person.name, "role": role, "email": person.email, "may_sign": may_sign}
        for person, role, may_sign in people
    ]


def _brands(writer: Writer) -> Rows:
    chance = writer.chance("A.08")
    brands = chance.sample(BRANDS, chance.randint(2, 4))
    return [
        {
            "brand": brand,
            "product_group": chance.choice(writer.company.products),
            "share": chance.randrange(10, 75, 5),
        }
        for brand in brands
    ]


def _responsible(writer: Writer) -> Rows:
    rows = [
        {"function": "Managing director", "level": "board", "topic": ["human_rights"]},
        {
            "function": "Head of purchasing",
            "level": "management",
            "topic": ["minerals", "purchasing"],
        },
        {
            "function": "Sustainability manager",
            "level": "operations",
            "topic": ["human_rights", "environment", "circularity", "grievances"],
        },
    ]
    return rows[: LEVELS.index(writer.company.level) + 1]


def _sites(writer: Writer) -> Rows:
    chance = writer.chance("D.02")
    count = {"beginner": 1, "average": 2, "leader": 3}[writer.company.level]
    return [
        {
            "site_name": name,
            "legal_entity": entity,
            "address": address,
            "country": country,
            "tier": ["final_assembly"],
            "product_groups": _devices(writer)[:2],
            **_workers(writer, name),
        }
        for name, entity, address, country in chance.sample(ASSEMBLY_SITES, count)
    ]


def _component_sites(writer: Writer) -> Rows:
    chance = writer.chance("D.03")
    count = {"beginner": 1, "average": 2, "leader": 4}[writer.company.level]
    return [
        {
            "site_name": name,
            "legal_entity": entity,
            "address": address,
            "country": country,
            "tier": [tier],
            "product_groups": _devices(writer)[:2],
            "components": components,
            **_workers(writer, name),
        }
        for name, entity, address, country, tier, components in chance.sample(
            COMPONENT_SITES, count
        )
    ]


def _workers(writer: Writer, site: str) -> dict[str, Value]:
    """Figures about a site's people; a beginner does not have them."""
    chance = writer.chance("workers", site)
    if writer.company.level == "beginner":
        return {"representation": "unknown"}
    return {
        "workers_women": chance.randrange(80, 2400, 10),
        "workers_men": chance.randrange(80, 2000, 10),
        "migrant_share": chance.randrange(0, 60, 5),
        "agency_share": chance.randrange(0, 35, 5),
        "representation": chance.choice(("union", "committee", "both", "none", "committee")),
        "last_audit_date": day(chance, date(2024, 9, 1), date(2026, 8, 1)),
        "last_audit_scheme": chance.choice(("RBA VAP", "SA8000", "Own audit with a third party")),
    }


def _devices(writer: Writer) -> list[str]:
    return [group for group in writer.company.products if group in DEVICES] or ["accessories"]


def _origins(writer: Writer) -> Rows:
    chance = writer.chance("D.07")
    risky = {
        "CN": "Limits on unions; labour transfers",
        "CD": "Artisanal cobalt mining",
        "MY": "Recruitment fees of migrant workers",
    }
    stages = {
        "CN": ["final_assembly", "circuit_boards"],
        "VN": ["final_assembly"],
        "TW": ["chips"],
        "MY": ["chips"],
        "CD": ["mines"],
        "PL": ["final_assembly"],
    }
    chosen = sorted(chance.sample(sorted(stages), chance.randint(2, 4)))
    return [
        {
            "country": country,
            "tiers": stages[country],
            "high_risk": "yes" if country in risky else "no",
            "reason": risky.get(country, ""),
        }
        for country in chosen
    ]


def _risks(writer: Writer) -> Rows:
    chance = writer.chance("E.04")
    count = {"beginner": 3, "average": 4, "leader": 6}[writer.company.level]
    rows = []
    for rank, (issue, tier, countries) in enumerate(chance.sample(RISKS, count), start=1):
        country = chance.choice(countries)
        may_contribute = tier == "final_assembly" and chance.random() > 0.5  # noqa: PLR2004 - half
        involvement = "contribute" if may_contribute else "linked"
        rows.append(
            {
                "rank": rank,
                "issue": issue,
                "tier": tier,
                "country": country,
                "product_group": list(_devices(writer)[:2]),
                "severity": max(1, 5 - rank // 2),
                "likelihood": chance.randint(2, 4),
                "involvement": involvement,
            }
        )
    return rows


def _actions(writer: Writer) -> Rows:
    rows = []
    for risk in writer.rows("E.04", "rank", "issue", "tier", "country"):
        chance = writer.chance("G.02", risk["rank"])
        strength = writer.strength("G.02", risk["rank"])
        status = step(("none_yet", "planned", "running", "running", "done"), strength, 1)
        action, indicator = ACTIONS.get(risk["issue"], ACTIONS["other"])
        rows.append(
            {
                "risk_rank": risk["rank"],
                "issue": risk["issue"],
                "tier": risk["tier"],
                "country": risk["country"],
                "action": action if status != "none_yet" else "To be decided by March 2027",
                "owner": chance.choice(("Purchasing", "Sustainability", "Quality")),
                "due": day(chance, date(2026, 12, 1), date(2027, 12, 1)),
                "indicator": indicator,
                "status": status,
                "result": f"Improved at {chance.randint(2, 9)} of 10 sites since 2025",
            }
        )
    return rows


def _fees(writer: Writer) -> Rows:
    chance = writer.chance("F.05")
    return [
        {
            "year": chance.choice(LAST_YEARS),
            "country": chance.choice(("MY", "TH", "CZ")),
            "workers": chance.randrange(6, 140),
            "amount": chance.randrange(4_000, 180_000, 500),
            "currency": "EUR",
        }
    ]


def _audits(writer: Writer) -> Rows:
    chance = writer.chance("G.03")
    schemes = chance.sample(("rba_vap", "sa8000", "smeta", "third_party_own"), 2)
    notices = ("announced", "semi_announced", "unannounced")
    return [
        {
            "scheme": scheme,
            "year": year,
            "kind": kind,
            "notice": chance.choice(notices),
            "sites": chance.randint(1, 4 if writer.company.level == "beginner" else 22),
        }
        for scheme, year, kind in zip(schemes, LAST_YEARS, ("initial", "closure"), strict=True)
    ]


def _findings(writer: Writer) -> dict[str, Value]:
    chance = writer.chance("G.04")
    scale = {"priority": 4, "major": 24, "minor": 70}
    return {
        row: {
            "open": chance.randint(0, most // 2),
            "closed": chance.randint(most // 3, most),
            "overdue": chance.randint(0, most // (5 if writer.company.level == "leader" else 3)),
        }
        for row, most in scale.items()
    }


def _complaints(writer: Writer) -> Rows:
    chance = writer.chance("H.03")
    rows = []
    for year in LAST_YEARS:
        received = chance.randint(2, 38)
        closed = chance.randint(received // 2, received)
        rows.append(
            {
                "year": year,
                "tier": chance.choice(("final_assembly", "own_operations")),
                "topic": chance.choice(("hours", "wages", "health_safety", "discrimination")),
                "received": received,
                "closed": closed,
                "remedied": chance.randint(closed // 3, closed),
            }
        )
    return rows


COMPANY_TABLES: Mapping[str, Callable[[Writer], Value]] = {
    "A.01": _entities,
    "A.02": _contacts,
    "A.08": _brands,
    "B.05": _responsible,
    "D.02": _sites,
    "D.03": _component_sites,
    "D.07": _origins,
    "E.04": _risks,
    "F.05": _fees,
    "G.02": _actions,
    "G.03": _audits,
    "G.04": _findings,
    "H.03": _complaints,
}
"""Question id → the rows of its table or grid."""
