"""The demo's secretariat, buyers and observer, and the companies that did not answer. Invented."""

from dataclasses import dataclass

from portal.commands.demo_data.companies import Staff
from portal.identity.roles import OrganisationKind, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A person who holds a role for an institution."""

    role: Role
    staff: Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """A secretariat, buyer or observer with its people, the first of them leading."""

    name: str
    kind: OrganisationKind
    country: str
    seats: tuple[Seat, ...]


def _institution(kind: OrganisationKind, name: str, country: str, *seats: str) -> Institution:
    held = [seat.split("|") for seat in seats]
    return Institution(
        name=name,
        kind=kind,
        country=country,
        seats=tuple(
            Seat(role=Role(role), staff=Staff(name=person, email=f"{mailbox}.example"))
            for role, person, mailbox in held
        ),
    )


SECRETARIAT = _institution(
    OrganisationKind.SECRETARIAT,
    "Lindenhag Institute for Sustainable Supply",
    "DE",
    "SEC|Marlene Aldinger|secretariat@lindenhag",
    "SEC|Jonas Viklund|office@lindenhag",
)
BUYERS = (
    _institution(
        OrganisationKind.BUYER,
        "City of Waterhoven",
        "NL",
        "LB|Saskia de Roode|lead@waterhoven",
        "CB|Pim Terlinden|ict@waterhoven",
        "BR|Noor Achterveld|reader@waterhoven",
    ),
    _institution(
        OrganisationKind.BUYER,
        "Région Valdorée",
        "FR",
        "LB|Hélène Maurissac|lead@valdoree",
        "CB|Rémi Castelneau|achats@valdoree",
    ),
    _institution(
        OrganisationKind.BUYER,
        "Ministry of Digital Services of Estmark",
        "DK",
        "LB|Birgitte Solvang|lead@estmark",
        "CB|Emil Hedegren|procurement@estmark",
    ),
)
OBSERVER = _institution(
    OrganisationKind.OBSERVER,
    "Open Circuits Observatory",
    "BE",
    "OBS|Yasmina Delcroix|research@open-circuits",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A company that was invited and did not answer the questionnaire."""

    name: str
    country: str
    contact: Staff
    reason: str = ""
    """Why it declined; empty if it never reacted."""


ABSENT = (
    Absent(
        name="Xantheris Componentes S.A.",
        country="ES",
        contact=Staff(name="Beatriz Lomana", email="esg@xantheris.example"),
        reason=(
            "We make components only and do not sell to public buyers. Please ask us again "
            "when you speak with the tier behind the brands."
        ),
    ),
    Absent(
        name="Yarrowmead Retail Ltd",
        country="IE",
        contact=Staff(name="Declan Moorhouse", email="info@yarrowmead.example"),
        reason=(
            "We are leaving the business with the public sector at the end of the year and "
            "cannot spare the people for the answers."
        ),
    ),
    Absent(
        name="Zilverbeek Kantoor N.V.",
        country="BE",
        contact=Staff(name="Griet Overmeire", email="verkoop@zilverbeek.example"),
    ),
)
LATE = Absent(
    name="Vinterra Cloud S.r.l.",
    country="IT",
    contact=Staff(name="Ottavio Brancaleone", email="compliance@vinterra.example"),
)
"""Accepted the invitation and had answered nothing when the dialogue closed."""
