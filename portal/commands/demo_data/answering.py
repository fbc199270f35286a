"""The demo's suppliers at work: invited, answering section by section, signing."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.commands.demo_data.answers import NARROWED_UNTIL, PlannedAnswer, plan
from portal.commands.demo_data.cast import Cast, Stage
from portal.commands.demo_data.companies import Company, Staff
from portal.commands.demo_data.proofs import Proof, proof_of
from portal.dialogue.queries import load_actor
from portal.identity.actor import Actor
from portal.identity.roles import Role
from portal.invitation import operations as invitations
from portal.questionnaire.definition import Questionnaire
from portal.response import operations as responses
from portal.response.answers import AnswerDraft

PACE = timedelta(minutes=35)
"""How long one section takes, so that the times in the log are believable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """One supplier's people in one dialogue."""

    company: Company
    organisation_id: UUID
    contact: Actor
    contributor: Actor
    signatory: Actor


def accept(stage: Stage, staff: Staff, *, now: datetime) -> Actor:
    """Open the invitation that was mailed and take part."""
    token = stage.postbox.token(staff.email, stage.invitation_address)
    person, _ = invitations.accept(stage.session, token, name=staff.name, now=now)
    return load_actor(stage.session, person.id)


def gather(stage: Stage, cast: Cast, company: Company, *, now: datetime) -> Team:
    """The contact accepts and invites the colleague who helps and the one who signs."""
    contact = accept(stage, company.contact, now=now)
    (organisation_id,) = contact.organisations
    invited = {
        role: invitations.invite_colleague(
            stage.session,
            contact,
            cast.dialogue_id,
            organisation_id=organisation_id,
            email=staff.email,
            name=staff.name,
            role=role,
            address=stage.sign_in_address,
            now=now,
        )
        for role, staff in (
            (Role.SUPPLIER_CONTRIBUTOR, company.contributor),
            (Role.SUPPLIER_SIGNATORY, company.signatory),
        )
    }
    return Team(
        company=company,
        organisation_id=organisation_id,
        contact=contact,
        contributor=load_actor(stage.session, invited[Role.SUPPLIER_CONTRIBUTOR].id),
        signatory=load_actor(stage.session, invited[Role.SUPPLIER_SIGNATORY].id),
    )


def answer(
    stage: Stage,
    cast: Cast,
    team: Team,
    questionnaire: Questionnaire,
    *,
    share: float = 1.0,
    now: datetime,
) -> UUID:
    """Answer the first ``share`` of the sections with evidence; the response's id."""
    planned = plan(questionnaire, team.company, seed=stage.seed)
    response = responses.start(
        stage.session, team.contact, cast.dialogue_id, team.organisation_id, now=now
    )
    sections = [section.id for section in questionnaire.sections]
    of_section = {
        section.id: {q.id: planned[q.id] for q in section.questions if q.id in planned}
        for section in questionnaire.sections
    }
    shared_out = _shareable(of_section)
    for section_id in shared_out:
        responses.assign(
            stage.session,
            team.contact,
            response.id,
            section_id,
            [team.contributor.person_id] if team.contributor.person_id else [],
            now=now,
        )
    for number, section_id in enumerate(sections[: round(len(sections) * share)]):
        actor = team.contributor if section_id in shared_out else team.contact
        _save(
            stage,
            actor,
            team,
            (response.id, section_id),
            of_section[section_id],
            now=now + number * PACE,
        )
    return response.id


def sign(stage: Stage, team: Team, response_id: UUID, *, now: datetime) -> UUID:
    """The signatory submits; the submission's id."""
    submission = responses.submit(
        stage.session,
        team.signatory,
        response_id,
        signatory=team.signatory.name,
        declared=True,
        now=now,
    )
    return submission.id


def _shareable(of_section: Mapping[str, Mapping[str, PlannedAnswer]]) -> Collection[str]:
    """The last two sections in which nobody changes who may read: what a contributor may save."""
    plain = [
        section_id
        for section_id, answers in of_section.items()
        if answers
        and all(
            row.confidentiality == row.question.confidentiality.default for row in answers.values()
        )
    ]
    return plain[-2:]


def _save(
    stage: Stage,
    actor: Actor,
    team: Team,
    place: tuple[UUID, str],
    answers: Mapping[str, PlannedAnswer],
    *,
    now: datetime,
) -> None:
    response_id, section_id = place
    drafts = {question_id: _draft(row) for question_id, row in answers.items()}
    if drafts:
        responses.save_section(stage.session, actor, response_id, section_id, drafts, now=now)
    for question_id, row in answers.items():
        proof = proof_of(row, team.company, seed=stage.seed)
        if proof is not None:
            evidence_id = _keep(stage, actor, team.organisation_id, proof, now=now)
            responses.tie(stage.session, actor, response_id, question_id, evidence_id, now=now)


def _draft(row: PlannedAnswer) -> AnswerDraft:
    is_default = row.confidentiality == row.question.confidentiality.default
    return AnswerDraft(
        value=row.value,
        state="done" if row.value is not None else "not_applicable",
        reason=row.reason,
        comment=row.comment,
        confidentiality=None if is_default else str(row.confidentiality),
        narrowing_reason=row.narrowing,
        narrowing_until=NARROWED_UNTIL if row.narrowing else None,
        language=row.language,
    )


def _keep(
    stage: Stage, actor: Actor, organisation_id: UUID, proof: Proof, *, now: datetime
) -> UUID:
    described = responses.Described(
        title=proof.title,
        issued_on=proof.issued_on,
        valid_until=proof.valid_until,
        document_kind=proof.document_kind,
    )
    if proof.file is None:
        place = (organisation_id, proof.url)
        if place not in stage.links:
            link = responses.add_link(
                stage.session, actor, organisation_id, proof.url, described, now=now
            )
            stage.links[place] = link.id
        return stage.links[place]
    file = responses.add_file(
        stage.session,
        actor,
        organisation_id,
        proof.file,
        described,
        intake=responses.Intake(store=stage.store),
        now=now,
    )
    return file.id
