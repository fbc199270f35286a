"""Who takes part in the demo. Every organisation and person here is invented."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import yaml

WRITTEN = Path(__file__).parent / "companies.yaml"
KINDS = ("maker", "seller", "refurbisher")
LEVELS = ("beginner", "average", "leader")


def dice(*names: object) -> Random:
    """A generator that always throws the same for the same names, whatever was thrown before."""
    return Random("/".join(str(name) for name in names))  # noqa: S311 - chance for a demo, no secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One person of an organisation."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One invented supplier; ``roles``, ``products`` and ``headcount`` are ids of section A."""

    name: str
    slug: str
    country: str
    language: str
    kind: str
    level: str
    roles: tuple[str, ...]
    products: tuple[str, ...]
    headcount: str
    parent: str = ""
    """Name of the company at the top of the group, if this is not it."""
    variant: int = 0
    """How many suppliers before this one write in the same language; picks among texts."""
    place: int = 0
    """The company's number in the demo, from 0."""

    @property
    def site(self) -> str:
        """Address of the company's (invented) website, without a final slash."""
        return f"https://www.{self.slug}.example"

    @property
    def contact(self) -> Staff:
        """Who was invited: the company's admin and signatory."""
        return Staff(name=_name(self, 0), email=f"sustainability@{self.slug}.example")

    @property
    def contributor(self) -> Staff:
        """A colleague who answers some sections."""
        return Staff(name=_name(self, 1), email=f"tenders@{self.slug}.example")

    @property
    def signatory(self) -> Staff:
        """Who signs for the company."""
        return Staff(name=_name(self, 2), email=f"director@{self.slug}.example")


OPEN_REGISTRANT = "Ulmenbach Bürotechnik KG"
"""Was not invited by name and registered by itself."""

_SYLLABLES = ("Alto", "Bryn", "Celd", "Dorva", "Esker", "Fjor", "Galen", "Hester", "Ilmar", "Jorun")
_ENDINGS = ("aneo", "ibris", "octa", "undel", "ymar", "esto", "ovik", "antis", "ellon", "urno")
_TRADES = {"maker": "Devices", "seller": "Supply", "refurbisher": "Renew"}
_COUNTRIES = ("DK", "CZ", "LT", "EE", "LU", "HR", "SK", "RO", "HU", "LV")


def companies(count: int) -> tuple[Company, ...]:
    """The first ``count`` suppliers: about 45 % makers, 40 % sellers, 15 % refurbishers."""
    refurbishers = count * 15 // 100
    makers = (count * 45 + 99) // 100
    wanted = {
        "maker": makers,
        "seller": count - makers - refurbishers,
        "refurbisher": refurbishers,
    }
    written = yaml.safe_load(WRITTEN.read_text(encoding="utf-8"))
    found: list[Company] = []
    for kind in KINDS:
        known = [_written(kind, entry) for entry in written[kind]]
        known.extend(_further(kind, number) for number in range(wanted[kind] - len(known)))
        found.extend(known[: wanted[kind]])
    return _numbered(found)


def _written(kind: str, entry: Mapping[str, Any]) -> Company:
    lists = {name: tuple(entry[name]) for name in ("roles", "products")}
    return Company(**{**entry, **lists, "kind": kind})


def _further(kind: str, number: int) -> Company:
    """A company beyond the written ones, with a made-up name; there is no end to them."""
    chance = dice("company", kind, number)
    round_number, place = divmod(number, len(_SYLLABLES) * len(_ENDINGS))
    stem = _SYLLABLES[place % 10] + _ENDINGS[(place // 10 + place) % 10]
    name = f"{stem} {_TRADES[kind]}" + (f" {round_number + 1}" if round_number else "")
    roles = {
        "maker": (("brand",), ("manufacturer",), ("brand", "manufacturer")),
        "seller": (("reseller",), ("distributor",), ("lessor",)),
        "refurbisher": (("reseller", "refurbisher"),),
    }
    lines = (("laptop", "monitor"), ("server", "network"), ("smartphone", "tablet"), ("printer",))
    return Company(
        name=name,
        slug=name.lower().replace(" ", "-"),
        country=chance.choice(_COUNTRIES),
        language="en",
        kind=kind,
        level=chance.choices(LEVELS, weights=(3, 5, 2))[0],
        roles=chance.choice(roles[kind]),
        products=chance.choice(lines),
        headcount=chance.choice(("1_49", "50_249", "250_999", "1000_4999")),
    )


def _numbered(found: list[Company]) -> tuple[Company, ...]:
    seen: dict[str, int] = {}
    numbered: list[Company] = []
    for place, company in enumerate(found):
        variant = seen.get(company.language, 0)
        seen[company.language] = variant + 1
        numbered.append(replace(company, place=place, variant=variant))
    return tuple(numbered)


_FIRST = {
    "en": (
        "Astrid",
        "Colm",
        "Maarten",
        "Inês",
        "Lucia",
        "Tuomas",
        "Femke",
        "Aoife",
        "Mateo",
        "Sanna",
    ),
    "de": ("Anke", "Jürgen", "Katharina", "Lukas", "Sabine", "Matthias"),
    "fr": ("Élodie", "Bertrand", "Maëlle", "Thierry", "Camille", "Olivier"),
    "pl": ("Agnieszka", "Tomasz", "Małgorzata", "Paweł", "Zofia", "Łukasz"),
}
_LAST = {
    "en": ("Lindqvel", "Harrowen", "Vanderlint", "Costelar", "Bellandri", "Korpelin", "Ashgrove"),
    "de": ("Brandlhuber", "Vossmeyer", "Tannhäuser", "Keilwerth", "Osterloh"),
    "fr": ("Charbonnel", "Delmasse", "Vaucresson", "Perrinet", "Lagarenne"),
    "pl": ("Jaworowicz", "Olchowicz", "Brzoza", "Sosnowicz", "Wierzba"),
}
_WHOLE = {
    "el": (
        "Ελένη Βαλσάμη",
        "Νίκος Μελισσάς",
        "Δήμητρα Ξενάκου",
        "Κώστας Ροδίτης",
        "Σοφία Φωτίου",
        "Γιώργος Αλεξίου",
    ),
    "bg": (
        "Десислава Върбанова",
        "Петър Каменов",
        "Ивелина Ръжева",
        "Стоян Тополски",
        "Радка Чинарова",
        "Мартин Дъбов",
    ),
}
"""Names whose parts agree with each other."""


def _name(company: Company, number: int) -> str:
    """An invented person's name in the company's language, the same each time."""
    place = company.variant * 3 + number
    if company.language in _WHOLE:
        whole = _WHOLE[company.language]
        return whole[place % len(whole)]
    first, last = _FIRST[company.language], _LAST[company.language]
    return f"{first[place % len(first)]} {last[(place * 2 + number) % len(last)]}"
