"""A published questionnaire as pages that anybody can read in a browser, without the portal."""

from collections.abc import Iterator

from portal.brief.blank_form import compose
from portal.brief.render import fill
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.paper import Stamp


def readable(
    questionnaire: Questionnaire, sha256: str, dialogue: str
) -> Iterator[tuple[str, bytes]]:
    """(language tag, HTML in UTF-8) for each language of the questionnaire.

    Every question with its help, the proof it asks for, its choices, when it is asked and who
    reads the answer. ``sha256`` is of the version's canonical JSON, ``dialogue`` its title.
    """
    for language in questionnaire.languages:
        form = compose(questionnaire, Stamp(sha256, dialogue), language)
        yield language, fill("consultation_version.html", language, form=form).encode()
