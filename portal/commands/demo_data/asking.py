"""Questions and answers of the demo: asked while suppliers answer, published to all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from portal.commands.demo_data.answering import Team
from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.institutions import BUYERS
from portal.exchange import operations as questions
from portal.exchange import operations_answering as answers
from portal.exchange.giving import Readers
from portal.exchange.operations_publishing import publish, reject
from portal.exchange.texts import Typed
from portal.identity.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A question as it was asked, as it is published, and the joint answer."""

    asked: str
    public: str
    answer: str
    subject_id: str = ""
    language: str = "en"


PUBLISHED = (
    Exchange(
        asked=(
            "We only resell. May we give the site lists of the brands, or do you want our own "
            "warehouse addresses?"
        ),
        public=(
            "May a company that only resells give the production sites of the brands it sells, "
            "or are its own warehouses meant?"
        ),
        answer=(
            "The production sites of the brands are meant. Where a brand answers this "
            "questionnaire itself, point to its response instead of copying the list. Warehouses "
            "need not be listed."
        ),
        subject_id="D.02",
    ),
    Exchange(
        asked="Does a repair manual behind a login count as public for the repair questions?",
        public="Does a repair manual count as public if one has to sign in to read it?",
        answer=(
            "It counts if anybody can have an account at no cost and without giving a reason. If "
            "only your service partners can read it, choose the option for service partners."
        ),
        subject_id="L.02",
    ),
    Exchange(
        asked="Which year do you mean by the last twelve months? Our business year ends in March.",
        public="Which period is meant by the last twelve months?",
        answer=(
            "The twelve months before you sign. If your figures follow your business year, use "
            "the last complete one and name it in the comment."
        ),
    ),
)
REFUSED = Exchange(
    asked="How many notebooks does the City of Waterhoven plan to buy in 2027?",
    public="How many devices do the buyers plan to buy in 2027?",
    answer=(
        "Volumes are no subject of this dialogue: they would give whoever takes part an advantage "
        "over others. Each buyer announces them to everybody with its tender."
    ),
)
WAITING = Exchange(
    asked="May a refurbisher leave out the sites at which the devices were first made?",
    public="",
    answer="",
    subject_id="D.02",
)
WITHOUT_ANSWER = Exchange(
    asked="Is a certificate in Italian enough, or do you need a translation?",
    public="May a certificate be in another language than the four of the portal?",
    answer=(
        "Yes. Name the standard and the body that issued it in the comment; nobody needs a "
        "translation to check those."
    ),
)


def ask_and_answer(stage: Stage, cast: Cast, teams: Sequence[Team], *, now: datetime) -> None:
    """Three answers agreed by every buyer and published together; one question is refused."""
    desk = _Desk(stage, cast)
    items = [
        desk.ask(teams[number % len(teams)].contact, each, now=now + timedelta(days=number))
        for number, each in enumerate(PUBLISHED)
    ]
    drafted = now + timedelta(days=4)
    for item, each in zip(items, PUBLISHED, strict=True):
        desk.draft(item, each, now=drafted)
        desk.agree(item, now=drafted + timedelta(days=1))
    publish(
        stage.session,
        cast.secretariat,
        cast.dialogue_id,
        [item.id for item in items],
        readers=desk.readers,
        now=drafted + timedelta(days=2),
    )
    refused = desk.ask(teams[-1].contact, REFUSED, now=now + timedelta(days=5))
    desk.anonymise(refused, REFUSED, now=now + timedelta(days=5, hours=3))
    reject(
        stage.session,
        cast.secretariat,
        refused.id,
        reason=REFUSED.answer,
        shows_question=True,
        readers=desk.readers,
        now=now + timedelta(days=7),
    )


def ask_now(stage: Stage, cast: Cast, asker: Actor, *, now: datetime) -> None:
    """One question that waits to be worded, and one whose answer waits for the buyers."""
    desk = _Desk(stage, cast)
    drafted = desk.ask(asker, WITHOUT_ANSWER, now=now - timedelta(days=4))
    desk.draft(drafted, WITHOUT_ANSWER, now=now - timedelta(days=2))
    desk.vote(drafted, 0, now=now - timedelta(days=1))
    desk.ask(asker, WAITING, now=now - timedelta(hours=20))


class _Asked(Protocol):
    """A question that was asked, and how often its texts have changed."""

    id: UUID
    revision: int


@dataclass(frozen=True, slots=True)
class _Desk:
    """Who runs the questions of a dialogue."""

    stage: Stage
    cast: Cast

    @property
    def readers(self) -> Readers:
        """Everybody who holds a role is told; nobody beyond them."""
        return Readers(invited=(), address=self.stage.address)

    def ask(self, asker: Actor, each: Exchange, *, now: datetime) -> _Asked:
        """Ask as a supplier."""
        asked = questions.Asked(
            text=each.asked,
            language=each.language,
            subject_kind="question" if each.subject_id else "",
            subject_id=each.subject_id,
        )
        address = self.stage.address
        return questions.ask(
            self.stage.session, asker, self.cast.dialogue_id, asked, address=address, now=now
        )

    def anonymise(self, item: _Asked, each: Exchange, *, now: datetime) -> None:
        """Word it so that it names nobody."""
        questions.anonymise(
            self.stage.session,
            self.cast.secretariat,
            item.id,
            Typed(each.public, item.revision, each.language),
            looked=True,
            address=self.stage.address,
            now=now,
        )

    def draft(self, item: _Asked, each: Exchange, *, now: datetime) -> None:
        """Word the question, and let a co-buyer write the answer."""
        self.anonymise(item, each, now=now - timedelta(hours=2))
        author = self.cast.actor(self.stage.session, BUYERS[0].seats[1].staff)
        answers.draft(
            self.stage.session,
            author,
            item.id,
            Typed(each.answer, item.revision, each.language),
            now=now,
        )

    def vote(self, item: _Asked, place: int, *, now: datetime) -> None:
        """One buyer agrees with the answer as it stands."""
        buyer = BUYERS[place]
        answers.vote(
            self.stage.session,
            self.cast.actor(self.stage.session, buyer.seats[0].staff),
            item.id,
            organisation_id=self.cast.organisations[buyer.name],
            agrees=True,
            seen=item.revision,
            now=now,
        )

    def agree(self, item: _Asked, *, now: datetime) -> None:
        """Every buyer agrees."""
        for place in range(len(BUYERS)):
            self.vote(item, place, now=now + timedelta(hours=place))


OPENED = datetime(2026, 9, 16, 10, tzinfo=UTC)
"""When the first question of the finished dialogue was asked."""
