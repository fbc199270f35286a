"""Published corrections of a questionnaire, beside the parts that they correct.

Pages show the corrected wording; ``components/correction.html`` marks it and says what was
published, and why it was corrected.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.questionnaire.errata import place
from portal.questionnaire.queries_versions import ErratumRow
from portal.questionnaire.subjects import id_in
from portal.web.language import day, language, sentence
from portal.web.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction in words.

    ``id`` is that of the section or question, empty for the questionnaire itself; ``place`` says
    more, as in "A.01, text (en)"; both texts carry their language.
    """

    id: str
    place: str
    day: str
    before: Wording
    after: Wording
    reason: str


def corrections(rows: Iterable[ErratumRow]) -> dict[str, tuple[Correction, ...]]:
    """Subject → its corrections in their order, in words of the page's language.

    Those of every language are there: who reads in another may rely on the corrected one, too.
    """
    found: dict[str, tuple[Correction, ...]] = {}
    for row in rows:
        tag = row.field.rpartition("/")[2]
        spoken = tag if tag != language() else ""
        told = Correction(
            id=id_in(row.subject),
            place=sentence(place(row.subject, row.field)),
            day=day(row.published_at),
            before=Wording(row.before, spoken),
            after=Wording(row.after, spoken),
            reason=row.reason,
        )
        found[row.subject] = (*found.get(row.subject, ()), told)
    return found
