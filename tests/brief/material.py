"""Material for briefs without a database: a release document with invented figures."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from portal.aggregate.documents import ReleasedDocument, parse, text_hash
from portal.aggregate.proposals import ALL, BANDS
from portal.brief.compose import Material, Participation, ReleasedWords
from portal.brief.document import BriefDocument, Figure
from portal.brief.policy import AUDIENCE_OF, Edition
from portal.core.canonical import canonical_json
from portal.questionnaire.definition import Questionnaire
from portal.response.cells import CellKey, cell_keys
from tests import factories

CUT_OFF = datetime(2026, 12, 10, 16, 0, tzinfo=UTC)
GREEK = "Δεν γνωρίζουμε ακόμη όλα τα ορυχεία."
BULGARIAN = "Проверяваме жалбите в срок от тридесет дни."
POLISH = "Zażółć gęślą jaźń: skargi są anonimowe."


def release(
    questionnaire: Questionnaire, edition: Edition, *, suppliers: int = 24, seed: int = 1
) -> ReleasedDocument:
    """A document as a release makes it: fewer than ten suppliers and nothing is shown."""
    chance = random.Random(seed)  # noqa: S311 - invented figures
    columns = [ALL, *(segment.id for segment in questionnaire.segments)]
    content = {
        "format": "parley-release-1",
        "dialogue": "demo",
        "release": 1,
        "audience": AUDIENCE_OF[edition].value,
        "cut_off": "2026-12-10T16:00:00Z",
        "questionnaire": {
            "name": questionnaire.name,
            "version": questionnaire.version,
            "sha256": "ab" * 32,
        },
        "responses": suppliers + 1,
        "groups": suppliers,
        "columns": columns,
        "questions": {
            key.key: {"columns": _columns(chance, key, columns, suppliers, edition)}
            for question in questionnaire.questions()
            for key in cell_keys(question)
        },
    }
    text = canonical_json(content)
    return parse(text, text_hash(text))


def material(
    questionnaire: Questionnaire | None = None,
    *,
    edition: Edition = Edition.BUYERS,
    suppliers: int = 24,
    **changes: Any,  # noqa: ANN401 - fields of Material
) -> Material:
    """Everything for a brief on the small questionnaire, or the one given."""
    questionnaire = questionnaire or factories.questionnaire()
    made = Material(
        title="What suppliers know",
        edition=edition,
        language="en",
        issued_at=None,
        texts={},
        dialogue="Fair laptops",
        short_name="demo",
        buyers=["City of Ghent", "Region of Skåne"],
        secretariat=["Federal Institute"],
        opens_at=datetime(2026, 10, 1, 8, 0, tzinfo=UTC),
        closes_at=CUT_OFF,
        participation=Participation(invited=31, registered=4, submitted=suppliers + 1),
        questionnaire=questionnaire,
        questionnaire_published_at=datetime(2026, 9, 28, 8, 0, tzinfo=UTC),
        release=release(questionnaire, edition, suppliers=suppliers),
        release_sha256="cd" * 32,
        quotes=[],
    )
    return replace(made, **changes)


def quotes(*question_ids: str) -> list[ReleasedWords]:
    """Greek, Bulgarian and Polish quotes, one for each question."""
    texts = ((GREEK, "el", ""), (BULGARIAN, "bg", "Балкан ЕООД"), (POLISH, "pl", "Łódź sp. z o.o."))
    return [
        ReleasedWords(question_id=question_id, text=text, supplier=supplier, language=language)
        for question_id, (text, language, supplier) in zip(question_ids, texts, strict=True)
    ]


def figures(document: BriefDocument) -> Iterator[Figure]:
    """Every figure of the sections, in page order."""
    for section in document.sections:
        for question in section.questions:
            for block in question.blocks:
                yield from block.figures


def _columns(
    chance: random.Random,
    key: CellKey,
    columns: Sequence[str],
    suppliers: int,
    edition: Edition,
) -> Mapping[str, Any]:
    if suppliers < 10 or chance.random() < 0.15:
        return {}
    found = {}
    for column in columns:
        n = (suppliers if column == ALL else suppliers * 6 // 10) - chance.randint(0, 3)
        if n >= 10 and (column == ALL or chance.random() < 0.7):
            counts = dict.fromkeys((option for option, _ in key.options), 0)
            for option in chance.choices(list(counts), k=n):
                counts[option] += 1
            exact = edition is Edition.BUYERS and chance.random() < 0.7
            cells = counts if exact else {o: _band(count, n) for o, count in counts.items()}
            found[column] = {"n": n, "protected": n - 1, "exact": exact, "cells": cells}
    return found


def _band(count: int, n: int) -> str:
    return BANDS[min(4, 5 * count // n)]
