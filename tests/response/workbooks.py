"""Workbooks of a response as people make them: written, opened, changed and saved again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import UUID

from openpyxl import Workbook, load_workbook

from portal.core.words import words
from portal.identity.actor import Actor
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.importers.xlsx import Sheet, read_sheets
from portal.questionnaire.workbook import workbook
from portal.response import operations, queries
from portal.response.answers import GivenAnswer
from portal.response.countries import country_choices
from portal.response.operations import Decision, GivenBack
from portal.response.queries import WorkbookDifference
from portal.response.workbook_writing import Holder, filling_of
from tests.response.builders import Scene

KEY = b"the key of the portal's seals"
MADE_AT = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
OWN = UUID(int=7)


def written(
    questionnaire: Questionnaire,
    answers: Mapping[str, GivenAnswer],
    *,
    response_id: UUID = OWN,
    definition_hash: str = "0" * 64,
    sections: tuple[str, ...] = (),
    language: str = "en",
) -> bytes:
    """The workbook of these answers."""
    holder = Holder(response_id=response_id, supplier="Brand 1", made_at=MADE_AT, key=KEY)
    return workbook(
        questionnaire,
        sha256=definition_hash,
        dialogue="Fair laptops",
        deadline=MADE_AT,
        language=language,
        countries=country_choices(language),
        filling=filling_of(questionnaire, answers, holder, words(language), sections),
    )


def sheets_of(content: bytes) -> tuple[Sheet, ...]:
    """As the portal reads them."""
    return read_sheets(content, "answers.xlsx")


@dataclass
class Offline:
    """A workbook that somebody has open; cells are found as a person finds them, by question."""

    book: Workbook
    places: dict[tuple[str, ...], tuple[str, str]]

    def put(self, value: Any, *place: str) -> None:  # noqa: ANN401 - what a cell can hold
        """Type into the cell of (question, part, row, column, option); None empties it."""
        sheet, cell = self.at(*place)
        self.book[sheet][cell] = value

    def at(self, *place: str) -> tuple[str, str]:
        """Sheet and cell of a place."""
        full = (*place, "answer")[:2] if len(place) == 1 else place
        return self.places[full + ("",) * (5 - len(full))]

    def saved(self) -> bytes:
        """The file."""
        file = BytesIO()
        self.book.save(file)
        return file.getvalue()


def opened(content: bytes) -> Offline:
    """Open a workbook with another program."""
    book = load_workbook(BytesIO(content))
    rows = [[str(cell or "") for cell in row] for row in book["parley"].iter_rows(values_only=True)]
    head = next(number for number, row in enumerate(rows) if row[0] == "sheet")
    places = {tuple(row[2:7]): (row[0], row[1]) for row in rows[head + 1 :]}
    return Offline(book, places)


def download(scene: Scene, **changes: Any) -> Offline:  # noqa: ANN401 - keywords of written
    """The workbook of a scene's present answers."""
    return opened(file_of(scene, **changes))


def file_of(scene: Scene, **changes: Any) -> bytes:  # noqa: ANN401 - as above
    page = queries.workbook_page(scene.session, scene.signatory, scene.response.id)
    given = {
        "response_id": scene.response.id,
        "definition_hash": page.loaded.definition_hash,
        **changes,
    }
    return written(page.loaded.questionnaire, page.answers, **given)


def give_back(scene: Scene, content: bytes, actor: Actor | None = None) -> UUID:
    """Upload a workbook."""
    given = GivenBack(
        sheets=sheets_of(content),
        file_name="answers.xlsx",
        sha256=sha256(content).hexdigest(),
        key=KEY,
    )
    return operations.give_back(
        scene.session, actor or scene.signatory, scene.response.id, given, now=scene.now
    )


def difference(scene: Scene, import_id: UUID, actor: Actor | None = None) -> WorkbookDifference:
    """What the page shows."""
    return queries.workbook_difference(
        scene.session, actor or scene.signatory, scene.response.id, import_id
    )


def take(
    scene: Scene, import_id: UUID, *from_workbook: str, seen: Mapping[str, int] | None = None
) -> operations.TakenWorkbook:
    """Press the button, having seen what there is now unless told otherwise."""
    rows = difference(scene, import_id).comparison.differences
    now = {row.question.id: row.current.version for row in rows}
    decision = Decision(from_workbook=frozenset(from_workbook), seen=now if seen is None else seen)
    return operations.take_workbook(
        scene.session, scene.signatory, scene.response.id, import_id, decision, now=scene.now
    )
