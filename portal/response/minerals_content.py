"""A reporting template that was read, as the JSON that waits until somebody decides (pure)."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from portal.response.minerals import Declaration, Said, Smelter


def to_content(declared: Declaration, evidence_id: UUID | None) -> dict[str, Any]:
    """What is stored; ``evidence_id`` is the file itself, if it was kept."""
    content = asdict(declared)
    content["day"] = declared.day.isoformat() if declared.day else None
    content["evidence_id"] = str(evidence_id) if evidence_id else None
    return content


def from_content(content: dict[str, Any]) -> tuple[Declaration, UUID | None]:
    """What was stored."""
    evidence_id = content["evidence_id"]
    questions = {
        number: {mineral: Said(**said) for mineral, said in answers.items()}
        for number, answers in content["questions"].items()
    }
    declared = Declaration(
        template=content["template"],
        revision=content["revision"],
        company=content["company"],
        day=date.fromisoformat(content["day"]) if content["day"] else None,
        questions=questions,
        policies={letter: Said(**said) for letter, said in content["policies"].items()},
        smelters=tuple(Smelter(**row) for row in content["smelters"]),
        products=content["products"],
        uncalculated=content["uncalculated"],
        minerals=tuple(content["minerals"]),
    )
    return declared, UUID(evidence_id) if evidence_id else None
