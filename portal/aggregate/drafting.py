"""A release before it is one: what each audience would see of what was submitted by a cut-off."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.aggregate import tabulate
from portal.aggregate.chain import release_hash
from portal.aggregate.disclosure import publish
from portal.aggregate.documents import Heading, document, text_hash
from portal.aggregate.ledger import Ledger
from portal.aggregate.models import Release
from portal.aggregate.past import earlier
from portal.aggregate.policy import AUDIENCES, Audience
from portal.aggregate.proposals import ALL, Column, Gate, Outcome, Question
from portal.aggregate.routing import leads
from portal.aggregate.tabulate import Member, Places
from portal.core.errors import Invalid, NotNow, message
from portal.dialogue.models import Dialogue
from portal.dialogue.rules import is_closed
from portal.questionnaire.queries import LoadedVersion, published_version
from portal.response.cells import cell_keys
from portal.response.queries_submitted import stream_submissions

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a release takes in and is made for.

    ``segments``: the columns beside all suppliers, None for every one of the questionnaire.
    """

    cut_off: datetime
    segments: tuple[str, ...] | None = None
    audiences: tuple[Audience, ...] = AUDIENCES


@dataclass(frozen=True, slots=True)
class Text:
    """A document as it would be stored, with its hash."""

    audience: Audience
    text: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that a release would hold."""

    dialogue_id: UUID
    short_name: str
    version: LoadedVersion
    members: list[Member]
    places: Places
    choice: Choice
    number: int
    columns: Mapping[str, int]
    outcomes: Mapping[str, Mapping[Audience, Outcome]]

    @property
    def contributors(self) -> list[Member]:
        """One submission for each corporate group."""
        return [member for member in self.members if member.counts]

    @property
    def segments(self) -> tuple[str, ...]:
        """The columns beside all suppliers."""
        return tuple(name for name in self.columns if name != ALL)

    def shown(self, audience: Audience) -> dict[str, tuple[Column, ...]]:
        """The columns of each countable question that the audience would see."""
        return {key: outcomes[audience].columns for key, outcomes in self.outcomes.items()}

    def texts(self) -> list[Text]:
        """The documents, weakest audience first."""
        found = []
        for audience in self.choice.audiences:
            text = document(self._heading(), audience, self.shown(audience))
            found.append(Text(audience, text, text_hash(text)))
        return found

    def sha256(self, texts: Sequence[Text]) -> str:
        """The hash that the release has with these documents."""
        hashes = {each.audience: each.sha256 for each in texts}
        return release_hash(self.short_name, self.number, self.choice.cut_off, hashes)

    def report(self) -> dict[str, dict[str, Any]]:
        """Key → audience → what is shown and why the rest is not; for the secretariat alone."""
        return {
            key: {audience.value: _reported(outcome) for audience, outcome in outcomes.items()}
            for key, outcomes in self.outcomes.items()
        }

    def _heading(self) -> Heading:
        questionnaire = self.version.questionnaire
        return Heading(
            dialogue=self.short_name,
            number=self.number,
            cut_off=self.choice.cut_off,
            questionnaire={
                "name": questionnaire.name,
                "version": questionnaire.version,
                "sha256": self.version.sha256,
            },
            responses=len(self.members),
            groups=len(self.contributors),
            columns=list(self.columns),
        )


def draft(
    session: Session,
    dialogue: Dialogue,
    choice: Choice,
    *,
    now: datetime,
    gate: Gate,
    progress: Progress | None = None,
) -> Draft:
    """Decide what each audience may see of what was submitted by the cut-off; stores nothing.

    Raises NotNow while the dialogue is not closed, for a cut-off in the future, and if nothing
    was submitted by it; Invalid for an unknown segment and if no audience is chosen.
    """
    version, members = _submitted(session, dialogue, choice, now)
    places = Places()
    counting = [member for member in members if member.counts]
    numbers = {member.submission_id: places.of(str(member.group)) for member in counting}
    columns = _columns(version, choice, members, numbers)
    questions = _questions(session, version, columns, numbers)
    outcomes = _decide(
        _ledger(session, dialogue.id, version, places), questions, choice, gate, progress
    )
    return Draft(
        dialogue_id=dialogue.id,
        short_name=dialogue.short_name,
        version=version,
        members=members,
        places=places,
        choice=choice,
        number=_next_number(session, dialogue.id),
        columns=columns,
        outcomes=outcomes,
    )


def is_current(session: Session, dialogue: Dialogue, made: Draft) -> bool:
    """Whether a draft worked out earlier is still what would be released."""
    standing = {
        each.submission_id
        for each in stream_submissions(
            session, dialogue.id, made.choice.cut_off, with_content=False
        )
    }
    version = published_version(session, dialogue.id)
    return (
        standing == {member.submission_id for member in made.members}
        and _next_number(session, dialogue.id) == made.number
        and version is not None
        and version.id == made.version.id
    )


def _next_number(session: Session, dialogue_id: UUID) -> int:
    latest = select(func.max(Release.number)).where(Release.dialogue_id == dialogue_id)
    return (session.scalar(latest) or 0) + 1


def _submitted(
    session: Session, dialogue: Dialogue, choice: Choice, now: datetime
) -> tuple[LoadedVersion, list[Member]]:
    if not is_closed(dialogue, now):
        raise NotNow(
            message("Answers are still being taken. The release can be made after the close.")
        )
    if choice.cut_off > now:
        raise NotNow(message("The cut-off is in the future. Choose an instant that has passed."))
    if not choice.audiences:
        raise Invalid(message("Choose at least one audience."))
    version = published_version(session, dialogue.id)
    members = (
        tabulate.members(session, dialogue.id, version.id, choice.cut_off)
        if version is not None
        else []
    )
    if version is None or not members:
        raise NotNow(message("Nothing was submitted by the cut-off, so there is nothing to show."))
    return version, members


def _columns(
    version: LoadedVersion, choice: Choice, members: Sequence[Member], numbers: Mapping[UUID, int]
) -> dict[str, int]:
    """Everybody in each column: all, then the chosen segments in declared order."""
    declared = [segment.id for segment in version.questionnaire.segments]
    chosen = declared if choice.segments is None else choice.segments
    unknown = [name for name in chosen if name not in declared]
    if unknown:
        raise Invalid(message("There is no segment “{name}”.", name=unknown[0]))
    columns = {ALL: 0} | {name: 0 for name in declared if name in chosen}
    for member in members:
        if member.counts:
            for name in {ALL, *member.segments} & columns.keys():
                columns[name] |= 1 << numbers[member.submission_id]
    return columns


def _questions(
    session: Session,
    version: LoadedVersion,
    columns: Mapping[str, int],
    numbers: Mapping[UUID, int],
) -> dict[str, Question]:
    """Every countable question in page order."""
    keys = (key for question in version.questionnaire.questions() for key in cell_keys(question))
    return tabulate.questions(session, version.id, numbers, ((key, columns) for key in keys))


def _ledger(session: Session, dialogue_id: UUID, version: LoadedVersion, places: Places) -> Ledger:
    """What was seen in earlier releases."""
    ledger = Ledger(leads(version.questionnaire))
    release: Mapping[str, Question] | None = None
    for past in earlier(session, dialogue_id, places):
        if past.questions is not release:
            release = past.questions
            ledger.begin(release)
        for key, columns in past.shown.items():
            ledger.add(key, past.audience, columns, past.questions)
    return ledger


def _decide(
    ledger: Ledger,
    questions: Mapping[str, Question],
    choice: Choice,
    gate: Gate,
    progress: Progress | None,
) -> dict[str, dict[Audience, Outcome]]:
    decided = {}
    ledger.begin(questions)
    audiences = [audience for audience in AUDIENCES if audience in choice.audiences]
    for done, (key, question) in enumerate(questions.items(), start=1):
        decided[key] = publish(
            question,
            ledger.seen(key),
            gate,
            parents=ledger.parents(key, questions),
            audiences=audiences,
        )
        ledger.add_all(key, decided[key], questions)
        if progress is not None:
            progress(done, len(questions))
    return decided


def _reported(outcome: Outcome) -> dict[str, Any]:
    findings = {"failed": outcome.failed, "not_exact": outcome.not_exact}
    return {
        "shown": [column.name for column in outcome.columns],
        "exact": all(column.exact for column in outcome.columns),
        "left_out": {name: reason.value for name, reason in outcome.left_out.items()},
        **{
            name: {
                "reader": found.reader.value,
                "pooled": found.pooled,
                "option": found.option,
                "answers": found.answers,
                "about": found.about,
            }
            for name, found in findings.items()
            if found is not None
        },
    }
