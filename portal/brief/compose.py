"""From what the portal knows to a brief: data in, document out (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.aggregate.documents import ReleasedDocument
from portal.aggregate.proposals import ALL
from portal.brief import findings
from portal.brief.document import (
    BriefDocument,
    Fact,
    Participant,
    Quote,
    ReleaseStamp,
    Section,
)
from portal.brief.figures import Reader
from portal.brief.text import paragraphs, plain
from portal.brief.wording import (
    DEFAULT_LIMITS,
    DEFAULT_NEXT_STEPS,
    Sources,
    definitions,
    method,
    protection,
)
from portal.core.words import Words
from portal.core.words import words as words_of
from portal.questionnaire.definition import Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedWords:
    """A quote as its author released it; ``supplier`` is empty where it stays unnamed."""

    question_id: str
    text: str
    supplier: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """How many supplier organisations were invited, registered themselves, and submitted."""

    invited: int
    registered: int
    submitted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything a brief is made from.

    ``texts`` is the secretariat's Markdown by place: summary, limits and next_steps.
    """

    title: str
    edition: str
    language: str
    issued_at: datetime | None
    texts: Mapping[str, str]
    dialogue: str
    short_name: str
    buyers: Sequence[str]
    secretariat: Sequence[str]
    opens_at: datetime
    closes_at: datetime
    participation: Participation
    questionnaire: Questionnaire
    questionnaire_published_at: datetime | None
    release: ReleasedDocument
    """The release document of the edition's audience."""
    release_sha256: str
    quotes: Sequence[ReleasedWords]


def compose(material: Material) -> BriefDocument:
    """Make the brief. The same material always gives the same document."""
    words = words_of(material.language)
    reader = Reader.of(material.questionnaire, material.release, words)
    sections = reader.sections(_quotes(material, reader))
    stamp = _stamp(material)
    agreeing, divided = findings.choose(material.questionnaire, sections, stamp.groups)
    return BriefDocument(
        title=plain(material.title),
        dialogue=plain(material.dialogue),
        short_name=material.short_name,
        edition=material.edition,
        language=material.language,
        issued_at=material.issued_at,
        buyers=_names(material.buyers),
        secretariat=_names(material.secretariat),
        release=stamp,
        summary_html=paragraphs(material.texts.get("summary", "")),
        finding_rule=findings.rule(words),
        findings=(
            *(findings.agreement(candidate, words) for candidate in agreeing),
            *(findings.division(candidate, words) for candidate in divided),
        ),
        charts=tuple(findings.chart(candidate) for candidate in (*agreeing[:1], *divided)),
        method=method(_sources(material, reader, stamp), words),
        protection=protection(material.edition, words),
        participation=_participation(material.participation, stamp, words),
        participants=_participants(reader, sections),
        sections=sections,
        limits_html=_written(material, "limits", words.message(DEFAULT_LIMITS)),
        next_steps_html=_written(material, "next_steps", words.message(DEFAULT_NEXT_STEPS)),
        definitions=definitions(words),
        hashes=_hashes(stamp, words),
    )


def _sources(material: Material, reader: Reader, stamp: ReleaseStamp) -> Sources:
    questionnaire = material.questionnaire
    return Sources(
        buyers=_names(material.buyers),
        opens_at=material.opens_at,
        closes_at=material.closes_at,
        published_at=material.questionnaire_published_at,
        stamp=stamp,
        edition=material.edition,
        title=reader.say(questionnaire.title),
        questions=sum(1 for _ in questionnaire.questions()),
        sections=len(questionnaire.sections),
    )


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(plain(name) for name in names)


def _written(material: Material, place: str, default: str) -> str:
    return paragraphs(material.texts.get(place, "").strip() or default)


def _quotes(material: Material, reader: Reader) -> tuple[Quote, ...]:
    written = {question.id: question for question in material.questionnaire.questions()}
    return tuple(
        Quote(
            question_id=quote.question_id,
            question=reader.say(written[quote.question_id].text),
            text=plain(quote.text),
            supplier=plain(quote.supplier),
            language=quote.language,
            language_name=reader.words.language_name(quote.language),
        )
        for quote in material.quotes
        if quote.question_id in written and plain(quote.text)
    )


def _stamp(material: Material) -> ReleaseStamp:
    release = material.release
    questionnaire = release.content["questionnaire"]
    return ReleaseStamp(
        number=release.number,
        audience=release.audience.value,
        cut_off=release.cut_off,
        sha256=material.release_sha256,
        document_sha256=release.sha256,
        questionnaire=questionnaire["name"],
        version=questionnaire["version"],
        questionnaire_sha256=questionnaire["sha256"],
        responses=release.responses,
        groups=release.groups,
    )


def _participation(counted: Participation, stamp: ReleaseStamp, words: Words) -> tuple[Fact, ...]:
    numbers = (
        (words("Suppliers invited by name"), counted.invited),
        (words("Suppliers that registered themselves"), counted.registered),
        (words("Responses signed and sent in time"), counted.submitted),
        (words("Responses in this release"), stamp.responses),
        (words("Suppliers counted (one for each corporate group)"), stamp.groups),
    )
    return tuple(Fact(label=label, text=words.number(number)) for label, number in numbers)


def _participants(reader: Reader, sections: Sequence[Section]) -> tuple[Participant, ...]:
    """For each column its largest base and the number of questions it is shown for."""
    largest: dict[str, int] = {}
    shown: dict[str, set[str]] = {}
    for section in sections:
        for question in section.questions:
            for figure in (figure for block in question.blocks for figure in block.figures):
                for base in figure.bases:
                    largest[base.id] = max(base.n, largest.get(base.id, 0))
                    shown.setdefault(base.id, set()).add(question.id)
    return tuple(
        Participant(
            label=label, largest_base=largest.get(column), questions=len(shown.get(column, ()))
        )
        for column, label in reader.column_labels().items()
        if column == ALL or column in largest
    )


def _hashes(stamp: ReleaseStamp, words: Words) -> tuple[Fact, ...]:
    return (
        Fact(label=words("Release {number}", number=stamp.number), text=stamp.sha256),
        Fact(
            label=words("Release document, audience “{audience}”", audience=stamp.audience),
            text=stamp.document_sha256,
        ),
        Fact(
            label=words(
                "Questionnaire {name}, version {version}",
                name=stamp.questionnaire,
                version=stamp.version,
            ),
            text=stamp.questionnaire_sha256,
        ),
    )
