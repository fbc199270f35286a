"""Rows about minerals, chemicals, circularity and labels in the demo's tables (pure)."""

from collections.abc import Callable, Mapping
from datetime import date

from portal.commands.demo_data.companies import LEVELS
from portal.commands.demo_data.places import LABELS, LIFETIMES, RECYCLERS, SMELTERS, SUBSTANCES
from portal.commands.demo_data.tables import LAST_YEARS, Rows
from portal.commands.demo_data.writer import Value, Writer, amount, day


def _smelters(writer: Writer) -> Rows:
    used = {row for row, value in writer.chosen("I.02").items() if value == "yes"}
    chance = writer.chance("I.06")
    return [
        {
            "mineral": mineral,
            "smelter": name,
            "facility_id": f"CID{900_000 + number:06d}",
            "country": country,
            "status": status,
            "mine_countries": mines,
            "recycled_only": "yes" if mines == "Recycled material" else "no",
        }
        for number, (mineral, name, country, status, mines) in enumerate(SMELTERS)
        if mineral in used and (status != "none" or chance.random() > writer.strength("I.06"))
    ] or [
        {
            "mineral": "tin",
            "smelter": "Bukit Perak Smelting",
            "country": "ID",
            "status": "conformant",
        }
    ]


def _smelter_actions(writer: Writer) -> Rows:
    chance = writer.chance("I.07")
    return [
        {
            "smelter": row["smelter"],
            "action": chance.choice(("plan", "dialogue", "removed")),
            "date": day(chance, date(2026, 3, 1), date(2027, 6, 1)),
        }
        for row in writer.rows("I.06", "smelter", "status")
        if row["status"] == "none"
    ]


def _substances(writer: Writer) -> Rows:
    chance = writer.chance("J.02")
    count = 1 if writer.company.level == "leader" else 2
    return [
        {
            "substance": name,
            "cas": cas,
            "process": process,
            "sites": chance.randint(1, 5),
            "substitute": substitute,
            "date": day(chance, date(2027, 1, 1), date(2028, 6, 1)) if substitute else "",
        }
        for name, cas, process, substitute in chance.sample(SUBSTANCES, count)
    ]


def _lifetimes(writer: Writer) -> Rows:
    shift = LEVELS.index(writer.company.level) - 1
    return [
        {
            "product_group": group,
            "update_years": max(1, updates + shift),
            "parts_years": max(1, parts + shift),
            "battery_swap": "yes" if writer.strength("K.01", group) > 0.5 else "no",  # noqa: PLR2004 - half
        }
        for group, (updates, parts) in LIFETIMES.items()
        if group in writer.company.products and group != "services"
    ] or [{"product_group": "services", "update_years": 5, "parts_years": 5}]


def _returned(writer: Writer) -> Rows:
    rows = []
    for year in LAST_YEARS:
        chance = writer.chance("K.05", year)
        low, high = (55, 90) if writer.company.kind == "refurbisher" else (10, 55)
        reused = amount(low, high, writer.strength("K.05", year))
        parts = amount(2, 100 - reused, chance.random() / 3, 1)
        rows.append(
            {
                "year": year,
                "units": chance.randrange(300, 24_000, 50),
                "reused": reused,
                "parts": parts,
                "recycled": 100 - reused - parts,
                "country": chance.choice(("NL", "DE", "FR", "PL")),
            }
        )
    return rows


def _recyclers(writer: Writer) -> Rows:
    chance = writer.chance("K.07")
    return [
        {
            "partner": name,
            "country": country,
            "certificate": certificate,
            "valid_until": day(chance, date(2026, 12, 15), date(2028, 12, 1)),
        }
        for name, country, certificate in chance.sample(RECYCLERS, chance.randint(1, 3))
    ]


def _labels(writer: Writer) -> Rows:
    chance = writer.chance("L.01")
    held = {"beginner": 1, "average": 2, "leader": 3}[writer.company.level]
    rows = [
        {
            "product_group": group,
            "label": label,
            "generation": generation,
            "share": amount(10, 95, writer.strength("L.01", group, label)),
            "certificate": f"{label[:3].upper()}-{chance.randrange(10_000, 99_999)}",
            "valid_until": day(chance, date(2026, 12, 15), date(2028, 6, 1)),
        }
        for group in writer.company.products
        for label, generation in LABELS[group][:held]
    ]
    return rows[:4]


def _joint_issues(writer: Writer) -> Rows:
    chance = writer.chance("L.07")
    weights = {
        "recruitment_fees": 5,
        "hours": 4,
        "conflict_minerals": 3,
        "waste": 3,
        "chemicals": 2,
        "wages": 3,
        "emissions": 1,
        "association": 2,
    }
    ranked = sorted(weights, key=lambda issue: -weights[issue] * chance.random())
    return [{"rank": rank, "issue": issue} for rank, issue in enumerate(ranked[:3], start=1)]


PRODUCT_TABLES: Mapping[str, Callable[[Writer], Value]] = {
    "I.06": _smelters,
    "I.07": _smelter_actions,
    "J.02": _substances,
    "K.01": _lifetimes,
    "K.05": _returned,
    "K.07": _recyclers,
    "L.01": _labels,
    "L.07": _joint_issues,
}
"""Question id → the rows of its table."""
