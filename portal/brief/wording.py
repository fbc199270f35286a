"""The brief's standing text: method, protection, limits, next steps and definitions (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.aggregate.proposals import BANDS
from portal.brief.document import Fact, ReleaseStamp
from portal.brief.policy import Edition
from portal.core.errors import message
from portal.core.words import Words

DEFAULT_LIMITS = message(
    """\
The answers are the suppliers' own statements. The portal checks that they are complete and that \
evidence is attached where it is required. It does not verify what they say.

The suppliers chose to take part. They are not a sample of the market, and shares must not be \
carried over to suppliers that did not answer.

Some figures rest on few answers. A difference of one or two suppliers between groups, or between \
this brief and a later one, may mean nothing.
"""
)

DEFAULT_NEXT_STEPS = message(
    """\
1. Every supplier that answered receives its own answers beside the figures released here.
2. The buyers discuss the findings with the suppliers in a dialogue session and agree which issues \
to pursue together.
3. What suppliers and buyers promise is recorded with a date and the proof that is expected.
4. The next round of questions shows what has changed.
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the method is told from."""

    buyers: Sequence[str]
    opens_at: datetime
    closes_at: datetime
    published_at: datetime | None
    stamp: ReleaseStamp
    edition: str
    title: str
    questions: int
    sections: int


def method(sources: Sources, words: Words) -> tuple[Fact, ...]:
    """Who asked whom, how and when."""
    return (
        Fact(label=words("Who asked"), text=_buyers(sources, words)),
        Fact(
            label=words("Whom"),
            text=words(
                "Suppliers of ICT that the buyers invited or that registered themselves. All of "
                "them received the same questions at the same time."
            ),
        ),
        Fact(label=words("What"), text=_questionnaire(sources, words)),
        Fact(label=words("When"), text=_calendar(sources, words)),
        Fact(
            label=words("Who is counted"),
            text=words(
                "A corporate group counts once, however many of its companies answered. A question "
                "that a supplier was not asked, or answered with “not applicable”, is not counted "
                "for that supplier."
            ),
        ),
        Fact(label=words("For whom"), text=_edition(sources.edition, words)),
    )


def _buyers(sources: Sources, words: Words) -> str:
    return words.plural(
        "{count} public buyer asked: {names}.",
        "{count} public buyers asked together: {names}.",
        len(sources.buyers),
        names=words.listing(sources.buyers),
    )


def _calendar(sources: Sources, words: Words) -> str:
    return words(
        "Answers were taken from {opening} to {closing}. The figures hold what was signed and sent "
        "by {cut_off}; nothing that changed later is in them.",
        opening=words.day(sources.opens_at),
        closing=words.moment(sources.closes_at),
        cut_off=words.moment(sources.stamp.cut_off),
    )


def _questionnaire(sources: Sources, words: Words) -> str:
    text = words(
        "The questionnaire “{title}”, version {version}: {questions} questions in {sections} "
        "sections. Each supplier saw the questions that fit its role.",
        title=sources.title,
        version=sources.stamp.version,
        questions=words.number(sources.questions),
        sections=words.number(sources.sections),
    )
    if sources.published_at is None:
        return text
    day = words("It was published on {day}.", day=words.day(sources.published_at))
    return f"{text} {day}"


def _edition(edition: str, words: Words) -> str:
    if edition == Edition.BUYERS:
        return words(
            "This is the buyers' edition. It is for the buyers named above and their secretariat, "
            "and must not be passed on."
        )
    return words("This is the public edition. Anyone may read it and pass it on.")


def protection(edition: str, words: Words) -> tuple[str, ...]:
    """How the figures are protected, in the order a reader asks."""
    precision = (
        words(
            "In this edition counts are exact where a check shows that they give nobody away. "
            "Elsewhere a share is given in one of five bands, such as “{band}”.",
            band=BANDS[1],
        )
        if edition == Edition.BUYERS
        else words(
            "In this edition a share is given in one of five bands, such as “{band}”, wherever a "
            "protected answer is among those counted. Where all answers are public, counts are "
            "exact.",
            band=BANDS[1],
        )
    )
    return (
        words(
            "A supplier decides who may read each of its answers. An answer that the readers of "
            "this edition may not read with the supplier's name is protected: it only appears "
            "together with others."
        ),
        words(
            "Figures with protected answers are shown only if at least 10 protected answers are "
            "among them, and if no comparison with an earlier release leaves fewer than five of "
            "them alone."
        ),
        precision,
        words(
            "Before the release a program tried to work out every protected answer from all that "
            "was released, as an outsider, as each single supplier and as any two who tell each "
            "other their answers; what it could be sure of is left out. Three or more suppliers "
            "who do so, and answers to different questions joined, can still reveal more."
        ),
        words(
            "The release is frozen. This brief, the pages and the data files read the same stored "
            "figures. Legal paragraph numbers that the questions refer to were not checked."
        ),
    )


def definitions(words: Words) -> tuple[Fact, ...]:
    """The words a reader may ask about."""
    return (*_terms_of_figures(words), *_terms_of_releases(words))


def _terms_of_figures(words: Words) -> tuple[Fact, ...]:
    return (
        Fact(
            label=words("n"),
            text=words(
                "The number of suppliers whose answers to this question are counted in this "
                "column. Percentages are shares of n."
            ),
        ),
        Fact(
            label=words("Band"),
            text=words(
                "A range that holds the true share. It begins with its lower bound and ends below "
                "its upper one; the last band includes 100 %."
            ),
        ),
        Fact(
            label=words("Bar"),
            text=words(
                "The dark part is the share, or the lower bound of its band. The pale part reaches "
                "from the lower to the upper bound. White lines stand at 20, 40, 60 and 80 %."
            ),
        ),
        Fact(
            label=words("Not shown"),
            text=words(
                "There are too few answers to show without revealing who said what. This says "
                "nothing about the answers themselves."
            ),
        ),
    )


def _terms_of_releases(words: Words) -> tuple[Fact, ...]:
    return (
        Fact(
            label=words("Response"),
            text=words("One supplier's signed answers to one version of the questionnaire."),
        ),
        Fact(
            label=words("Protected answer"),
            text=words(
                "An answer that the readers of this edition may not read with the supplier's name."
            ),
        ),
        Fact(
            label=words("Release"),
            text=words("A frozen set of figures for one group of readers, with the hashes below."),
        ),
        Fact(
            label=words("Cut-off"),
            text=words("The instant at which the responses of a release were fixed."),
        ),
        Fact(
            label=words("Hash"),
            text=words(
                "A fingerprint (SHA-256) of a file. If one character of the file changed, its hash "
                "would be another."
            ),
        ),
    )
