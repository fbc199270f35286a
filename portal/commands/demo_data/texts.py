"""The words of the demo's suppliers, from the YAML files beside this module (pure but for them)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.commands.demo_data.writer import Value, Writer, generic
from portal.questionnaire.definition import Question

FOLDER = Path(__file__).parent
COMMENT_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Words:
    """A value with its comment, and the language in which the supplier wrote."""

    value: Value
    comment: str = ""
    language: str = "en"


def long_text(question: Question, writer: Writer) -> Words:
    """A text written for this question, in the supplier's language if there is one."""
    wordings = _file("texts.yaml").get(question.id)
    if wordings is None:
        return Words(generic(question, writer))
    text, language = _pick(wordings, writer)
    return Words(text, language=language)


def comment(question: Question, value: Value, writer: Writer) -> Words:
    """The value with a comment that fits it, for some suppliers."""
    by_value: Mapping[str, Any] = _file("comments.yaml").get(question.id) or {}
    wordings = by_value.get("any") or (by_value.get(value) if isinstance(value, str) else None)
    if wordings is None or writer.chance("comment", question.id).random() > COMMENT_SHARE:
        return Words(value)
    text, language = _pick(wordings, writer)
    return Words(value, text, language)


def not_applicable(question: Question, writer: Writer) -> str | None:
    """Why this supplier does not answer the question, if it may and does not."""
    share = (_file("reasons.yaml").get(question.id) or {}).get(writer.company.kind)
    chance = writer.chance("not applicable", question.id)
    if not question.not_applicable or share is None or chance.random() >= share["share"]:
        return None
    reason: str = chance.choice(share["reasons"])
    return reason


def _pick(wordings: Mapping[str, Sequence[str]], writer: Writer) -> tuple[str, str]:
    """One wording and its language: own language first, each supplier another variant."""
    company = writer.company
    language = company.language if company.language in wordings else "en"
    place = company.variant if language == company.language else company.place
    return wordings[language][place % len(wordings[language])].strip(), language


@lru_cache
def _file(name: str) -> Mapping[str, Any]:
    content: Mapping[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return content
