"""The dialogues of the demo: one finished and its pilot, one open for answers, one under review."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from portal.aggregate import operations as releases
from portal.brief import operations as briefs
from portal.commands.demo_data import last_year, wording
from portal.commands.demo_data.aftermath import Respondent, ask_again, clear_up, to_be_read
from portal.commands.demo_data.answering import accept, answer, gather, sign
from portal.commands.demo_data.asking import OPENED, ask_and_answer, ask_now
from portal.commands.demo_data.cast import Cast, Stage, found, supplier
from portal.commands.demo_data.companies import OPEN_REGISTRANT, Company, companies
from portal.commands.demo_data.institutions import ABSENT, BUYERS, LATE, Absent
from portal.commands.demo_data.judging import judge
from portal.commands.demo_data.priorities import choose
from portal.commands.demo_data.promises import follow_up
from portal.commands.demo_data.quotes import release_quotes
from portal.commands.demo_data.review import discuss
from portal.commands.demo_data.sessions import sit_together
from portal.commands.demo_data.teamwork import BRAND, COMPANY, Desk, keep_profile, work_together
from portal.dialogue import operations as dialogues
from portal.dialogue.operations import Plan
from portal.invitation import operations as invitations
from portal.invitation.operations import Invitee
from portal.questionnaire import operations as questionnaires
from portal.questionnaire.definition import Questionnaire
from portal.response import operations as responses

FINISHED, OPEN, DRAFT = "demo", "demo-open", "demo-draft"
OPEN_SUPPLIERS = (
    "Aurelith Devices AB",
    "Domirel Électronique SAS",
    "Noorderwiel Werkplek B.V.",
    "Wiederwerk Geräte eG",
)
"""Of the open dialogue: one has submitted, two are at work, one has not begun."""
WRITTEN_COMPANIES = 24


def _at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


class Times:
    """The instants of the finished dialogue: the same in every demo."""

    founded = _at(6, 22)
    drafted = _at(7, 6, 10)
    voted = _at(8, 12, 14)
    invited = _at(8, 24)
    opens = _at(9, 1, 8)
    accepted = _at(9, 3)
    answered = _at(9, 14)
    closes = _at(10, 15, 16)
    released = _at(10, 19)
    read = _at(10, 20, 13)
    composed = _at(10, 26)
    published = _at(11, 9, 11)


def finished(stage: Stage, questionnaire: Questionnaire, count: int, *, now: datetime) -> UUID:
    """Everything from founding to the published brief, with ``count`` submitted responses.

    What follows on the release comes after it. Returns the id of the brief.
    """
    cast = found(stage, _finished_plan(), now=Times.founded)
    _agree(stage, cast, questionnaire, drafted=Times.drafted, voted=Times.voted)
    known = companies(count)
    _invite(stage, cast, known)
    invitations.publish_dialogue(
        stage.session,
        cast.secretariat,
        cast.dialogue_id,
        address=stage.invitation_address,
        now=Times.opens,
    )
    _register(stage, cast, known)
    stage.postbox.deliver(stage.session, now=Times.opens + timedelta(hours=1))
    respondents = [_respond(stage, cast, company, questionnaire) for company in known]
    _stay_away(stage, cast)
    ask_and_answer(stage, cast, [each.team for each in respondents], now=OPENED)
    dialogues.close(stage.session, cast.secretariat, cast.dialogue_id, now=Times.closes)
    _read_side_by_side(stage, cast, to_be_read(respondents))
    _last_year(stage, questionnaire, cast)
    brief_id = _publish_results(stage, cast)
    clear_up(stage, cast, respondents, questionnaire)
    judge(stage, cast, respondents)
    choose(stage, cast)
    teams = [each.team for each in respondents]
    meeting_id = sit_together(stage, cast, teams, now=now)
    follow_up(stage, cast, teams, meeting_id, now=now)
    ask_again(stage, cast, respondents, questionnaire, now=now)
    stage.postbox.deliver(stage.session, now=now)
    return brief_id


def _last_year(stage: Stage, questionnaire: Questionnaire, cast: Cast) -> None:
    """The pilot of the year before, on which the results of this round can be compared."""
    asked = last_year.earlier_version(questionnaire)
    pilot = found(stage, last_year.plan(), now=last_year.OPENS - timedelta(days=30))
    _agree(
        stage,
        pilot,
        asked,
        drafted=last_year.OPENS - timedelta(days=20),
        voted=last_year.OPENS - timedelta(days=9),
    )
    invitations.publish_dialogue(
        stage.session,
        pilot.secretariat,
        pilot.dialogue_id,
        address=stage.invitation_address,
        now=last_year.OPENS,
    )
    last_year.answer_and_release(stage, pilot, asked, cast.dialogue_id, now=Times.released)


def _finished_plan() -> Plan:
    return Plan(
        short_name=FINISHED,
        title=wording.TITLE,
        purpose=wording.PURPOSE,
        rules=wording.RULES,
        opens_at=Times.opens,
        closes_at=Times.closes,
        open_registration=True,
    )


def _agree(
    stage: Stage,
    cast: Cast,
    questionnaire: Questionnaire,
    *,
    drafted: datetime,
    voted: datetime,
    votes: int = len(BUYERS),
) -> None:
    """The first buyer saves the draft, and buyers vote for it one day after the other."""
    author = cast.actor(stage.session, BUYERS[0].seats[1].staff)
    version = questionnaires.save_draft(
        stage.session, author, cast.dialogue_id, questionnaire, now=drafted
    )
    for number, buyer in enumerate(BUYERS[:votes]):
        questionnaires.vote(
            stage.session,
            cast.actor(stage.session, buyer.seats[0].staff),
            version.id,
            organisation_id=cast.organisations[buyer.name],
            approves=True,
            reason=wording.VOTE_REASON if number == 0 else "",
            now=voted + timedelta(days=number),
        )


def _invite(stage: Stage, cast: Cast, known: tuple[Company, ...]) -> None:
    """Invitations by name, prepared for the day of publication."""
    for company in known:
        supplier(stage, cast.secretariat, company, now=Times.invited)
        if company.name != OPEN_REGISTRANT:
            _invite_one(stage, cast, _invitee(company), now=Times.invited)
    for absent in (*ABSENT, LATE):
        _invite_one(stage, cast, _absent_invitee(absent), now=Times.invited)


def _invite_one(stage: Stage, cast: Cast, invitee: Invitee, *, now: datetime) -> None:
    invitations.invite(
        stage.session,
        cast.secretariat,
        cast.dialogue_id,
        invitee,
        address=stage.invitation_address,
        now=now,
    )


def _invitee(company: Company) -> Invitee:
    return Invitee(
        organisation=company.name,
        country=company.country,
        email=company.contact.email,
        contact_name=company.contact.name,
    )


def _absent_invitee(absent: Absent) -> Invitee:
    return Invitee(
        organisation=absent.name,
        country=absent.country,
        email=absent.contact.email,
        contact_name=absent.contact.name,
    )


def _register(stage: Stage, cast: Cast, known: tuple[Company, ...]) -> None:
    """One supplier that nobody had thought of registers by itself."""
    for company in known:
        if company.name == OPEN_REGISTRANT:
            invitations.register(
                stage.session,
                cast.dialogue_id,
                _invitee(company),
                address=stage.invitation_address,
                now=Times.opens,
            )


def _respond(
    stage: Stage, cast: Cast, company: Company, questionnaire: Questionnaire
) -> Respondent:
    """One supplier from the invitation to the signed response and its quotes."""
    begun = Times.answered + timedelta(minutes=61 * (company.place % 240))
    signed = begun + timedelta(days=8 + company.place % 11)
    team = gather(stage, cast, company, now=Times.accepted + timedelta(minutes=company.place))
    response_id = answer(stage, cast, team, questionnaire, now=begun)
    submission_id = sign(stage, team, response_id, now=signed)
    release_quotes(stage, team, submission_id, questionnaire, now=signed)
    return Respondent(team, response_id)


def _stay_away(stage: Stage, cast: Cast) -> None:
    """Two decline with a reason, one never reacts, one accepts and never answers."""
    for absent in ABSENT:
        if absent.reason:
            token = stage.postbox.token(absent.contact.email, stage.invitation_address)
            invitations.decline(stage.session, token, reason=absent.reason, now=Times.accepted)
    contact = accept(stage, LATE.contact, now=Times.accepted)
    (organisation_id,) = contact.organisations
    responses.start(stage.session, contact, cast.dialogue_id, organisation_id, now=Times.answered)


def _read_side_by_side(stage: Stage, cast: Cast, organisation_ids: list[UUID]) -> None:
    """A lead buyer compares some suppliers, which they can see afterwards."""
    reader = cast.actor(stage.session, BUYERS[0].seats[0].staff)
    responses.read_attributed(
        stage.session,
        reader,
        cast.dialogue_id,
        organisation_ids=organisation_ids,
        now=Times.read,
    )


def _publish_results(stage: Stage, cast: Cast) -> UUID:
    """One release; a published public brief on it (its id), and a draft for the buyers."""
    session, author = stage.session, cast.secretariat
    release = releases.create(
        session, author, cast.dialogue_id, cut_off=Times.closes, now=Times.released
    )
    made = [
        briefs.create(
            session,
            author,
            release.id,
            _draft(title, summary),
            edition=edition,
            language="en",
            now=Times.composed,
        )
        for edition, title, summary in (
            ("public", wording.BRIEF_TITLE, wording.SUMMARY),
            ("buyers", wording.BUYERS_TITLE, wording.BUYERS_SUMMARY),
        )
    ]
    briefs.publish(session, author, made[0].id, now=Times.published)
    return made[0].id


def _draft(title: str, summary: str) -> briefs.Draft:
    texts = {
        "summary": summary,
        "limits": wording.LIMITS,
        "next_steps": wording.NEXT_STEPS,
    }
    return briefs.Draft(title=title, texts=texts)


def open_now(stage: Stage, questionnaire: Questionnaire, *, now: datetime) -> None:
    """A small dialogue that takes answers from a week ago until 30 days from ``now``."""
    opened = now - timedelta(days=7)
    plan = Plan(
        short_name=OPEN,
        title=wording.OPEN_TITLE,
        purpose=wording.OPEN_PURPOSE,
        rules=wording.RULES,
        opens_at=opened,
        closes_at=(now + timedelta(days=30)).replace(minute=0, second=0, microsecond=0),
        open_registration=True,
    )
    cast = found(stage, plan, now=opened - timedelta(days=30))
    _agree(
        stage,
        cast,
        questionnaire,
        drafted=opened - timedelta(days=20),
        voted=opened - timedelta(days=9),
    )
    invitations.publish_dialogue(
        stage.session,
        cast.secretariat,
        cast.dialogue_id,
        address=stage.invitation_address,
        now=opened,
    )
    chosen = [row for row in companies(WRITTEN_COMPANIES) if row.name in OPEN_SUPPLIERS]
    for company in chosen:
        supplier(stage, cast.secretariat, company, now=opened)
        _invite_one(stage, cast, _invitee(company), now=opened)
    stage.postbox.deliver(stage.session, now=now)
    desks = {
        company.name: desk
        for company, share in zip(chosen, (1.0, 0.25, 0.6, 0.0), strict=True)
        if (desk := _work(stage, cast, company, questionnaire, share, now=now)) is not None
    }
    _work_as_companies(stage, cast, desks, now=now)
    stage.postbox.deliver(stage.session, now=now)


def _work_as_companies(
    stage: Stage, cast: Cast, desks: Mapping[str, Desk], *, now: datetime
) -> None:
    """One keeps its profile, colleagues of another work together and ask the buyers."""
    keep_profile(desks[BRAND])
    work_together(desks[COMPANY], cast, desks[BRAND])
    ask_now(stage, cast, desks[COMPANY].team.contact, now=now)


def _work(
    stage: Stage,
    cast: Cast,
    company: Company,
    questionnaire: Questionnaire,
    share: float,
    *,
    now: datetime,
) -> Desk | None:
    """Accept, and get as far as ``share`` of the sections; all of them means signed."""
    begun = now - timedelta(days=5)
    team = gather(stage, cast, company, now=begun)
    if not share:
        return None
    response_id = answer(stage, cast, team, questionnaire, share=share, now=begun)
    if share == 1:
        sign(stage, team, response_id, now=now - timedelta(days=1))
    return Desk(stage, team, response_id, now)


def under_review(stage: Stage, questionnaire: Questionnaire, *, now: datetime) -> None:
    """A dialogue whose questionnaire has one of three votes, with two invitations prepared."""
    plan = Plan(
        short_name=DRAFT,
        title=wording.DRAFT_TITLE,
        purpose=wording.DRAFT_PURPOSE,
        rules=wording.RULES,
        opens_at=(now + timedelta(days=28)).replace(minute=0, second=0, microsecond=0),
        closes_at=(now + timedelta(days=77)).replace(minute=0, second=0, microsecond=0),
    )
    cast = found(stage, plan, now=now - timedelta(days=12))
    _agree(
        stage,
        cast,
        questionnaire,
        drafted=now - timedelta(days=10),
        voted=now - timedelta(days=2),
        votes=1,
    )
    discuss(stage, cast, now=now)
    for company in companies(WRITTEN_COMPANIES)[:2]:
        supplier(stage, cast.secretariat, company, now=now)
        _invite_one(stage, cast, _invitee(company), now=now - timedelta(days=1))
    stage.postbox.deliver(stage.session, now=now)
