"""What a question may be about: the sections and questions of the published questionnaire.

The exchange itself only knows a kind and an id; here they get their words.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import g, url_for
from flask_babel import gettext
from wtforms import SelectChoice

from portal.questionnaire.definition import Questionnaire, localised
from portal.questionnaire.queries import published_version
from portal.web.language import language

CHOICE_LENGTH = 100
NAME_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to ask about, in words of the page's language; ``href`` leads to its text."""

    kind: str
    id: str
    name: str
    href: str

    @property
    def key(self) -> str:
        """As a form sends it."""
        return f"{self.kind}:{self.id}"


class Subjects:
    """The subjects of a questionnaire by key, in page order; none before it is published."""

    def __init__(self, questionnaire: Questionnaire | None) -> None:
        """Put every section and question into words."""
        self.by_key: dict[str, Subject] = {}
        self.inside: dict[str, list[str]] = {}
        """Key of a section → the keys of its questions."""
        for section in questionnaire.sections if questionnaire else ():
            base = questionnaire.base_language if questionnaire else ""
            own = self._add("section", section.id, localised(section.title, language(), base))
            self.inside[own] = [
                self._add("question", each.id, localised(each.text, language(), base))
                for each in section.questions
            ]

    def of(self, kind: str, subject_id: str) -> Subject | None:
        """What an item is about; its bare id if the questionnaire has it no longer."""
        if not kind:
            return None
        known = self.by_key.get(f"{kind}:{subject_id}")
        return known or Subject(kind, subject_id, subject_id, "")

    def wanted(self, key: str) -> list[tuple[str, str]] | None:
        """What a filter asks for as (kind, id): a section with its questions; None for anything."""
        if key not in self.by_key:
            return None
        keys = [key, *self.inside.get(key, ())]
        return [(self.by_key[each].kind, self.by_key[each].id) for each in keys]

    def choices(self, keys: Iterable[str] | None = None) -> list[SelectChoice]:
        """Every subject to choose from, or only these."""
        shown = self.by_key.keys() if keys is None else set(keys)
        return [
            SelectChoice(key, subject.name[:CHOICE_LENGTH])
            for key, subject in self.by_key.items()
            if key in shown
        ]

    def in_use(self, used: set[tuple[str, str]]) -> list[SelectChoice]:
        """What published questions are about, each section of theirs included."""
        keys = {f"{kind}:{subject_id}" for kind, subject_id in used}
        keys |= {section for section, inside in self.inside.items() if keys & set(inside)}
        return self.choices(keys)

    def _add(self, kind: str, subject_id: str, text: str) -> str:
        anchor = subject_id if kind == "question" else f"section-{subject_id}"
        href = url_for("public.questionnaire", _anchor=anchor)
        subject = Subject(kind, subject_id, f"{subject_id} {text}"[:NAME_LENGTH], href)
        self.by_key[subject.key] = subject
        return subject.key


def subjects() -> Subjects:
    """What can be asked about in this dialogue; one query."""
    version = published_version(g.session, g.dialogue.id)
    return Subjects(version.questionnaire if version else None)


def ask_choices(found: Subjects) -> list[SelectChoice]:
    """What the form to ask offers: something else first."""
    other = gettext("The dialogue as a whole, or something else")
    return [SelectChoice("", other), *found.choices()]
