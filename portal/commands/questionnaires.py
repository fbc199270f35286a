"""``portal questionnaire``: check and publish questionnaires written as YAML files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import click

from portal.commands.context import Portal, dialogue_id_of, pass_portal
from portal.core.clock import now
from portal.core.db import Session
from portal.core.errors import Invalid, message
from portal.core.words import words
from portal.dialogue.operations import Plan, create
from portal.dialogue.queries import dialogue_by_name, load_actor
from portal.identity.actor import SYSTEM
from portal.identity.queries import person_by_email
from portal.identity.roles import Permission
from portal.invitation.operations import publish_dialogue
from portal.questionnaire.check import check_file
from portal.questionnaire.definition import Questionnaire, localised
from portal.questionnaire.faults import Fault
from portal.questionnaire.glossary import GLOSSARY_PATH, glossary_faults
from portal.questionnaire.operations import save_draft, vote
from portal.questionnaire.readability import level, readability
from portal.questionnaire.register import REGISTER_PATH, register_faults
from portal.questionnaire.schema import SCHEMA_PATH, write_schema

OPEN_FOR = timedelta(days=30)
TITLE_LENGTH = 200
OTHER_CHECKS = {REGISTER_PATH.name: register_faults, GLOSSARY_PATH.name: glossary_faults}
"""Files below ``questionnaires/`` that are no questionnaires."""
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What a new dialogue is called and when it takes answers; None for the default."""

    title: str | None
    opens: datetime | None
    closes: datetime | None

    @property
    def is_given(self) -> bool:
        """Whether anything was asked for."""
        return any((self.title, self.opens, self.closes))


@click.group()
def questionnaire() -> None:
    """Questionnaires as YAML files."""


@questionnaire.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@pass_portal
def check(_portal: Portal, paths: tuple[Path, ...]) -> None:
    """Find what is wrong in questionnaire files: file, line, what it is, how to mend it.

    PATHS are YAML files, or folders in which every .yaml file is checked. A file called
    register.yaml is checked as a register of clauses, glossary.yaml as a glossary. Of each good
    questionnaire, size, minutes and reading level (LIX) are reported.
    """
    files = [file for path in paths for file in _files(path)]
    faults = [fault for file in files for fault in _faults(file)]
    for fault in faults:
        click.echo(str(fault))
    if faults:
        raise Invalid(
            message("Faults: {count}, files: {files}.", count=len(faults), files=len(files))
        )
    for file in files:
        if file.name not in OTHER_CHECKS:
            click.echo(_in_figures(file))
    click.echo(f"No fault. Files: {len(files)}.")


@questionnaire.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--dialogue", required=True, help="Short name; a new dialogue is made if needed.")
@click.option("--title", help="Of a new dialogue; default: the questionnaire's title.")
@click.option("--opens", type=MOMENT, help="Of a new dialogue, in UTC; default: now.")
@click.option("--closes", type=MOMENT, help="Of a new dialogue, in UTC; default: 30 days later.")
@click.option(
    "--approved-by",
    multiple=True,
    metavar="EMAIL",
    help="A buyer's person who has approved the text; once for each buyer organisation.",
)
@pass_portal
def publish(
    portal: Portal,
    *,
    path: Path,
    dialogue: str,
    title: str | None,
    opens: datetime | None,
    closes: datetime | None,
    approved_by: tuple[str, ...],
) -> None:
    """Publish the questionnaire in the YAML file PATH, and with it the dialogue.

    Every buyer organisation of the dialogue must have approved exactly this text, on the portal
    or by --approved-by. A dialogue that does not exist yet is made: it has no buyers, opens now
    and closes in 30 days unless told otherwise.
    """
    written = _read(path)
    with portal.transaction() as session:
        dialogue_id = _dialogue(
            session, dialogue, written, Calendar(title=title, opens=opens, closes=closes)
        )
        version = save_draft(session, SYSTEM, dialogue_id, written, now=now())
        _approve(session, dialogue_id, version.id, approved_by)
        publish_dialogue(session, SYSTEM, dialogue_id, address=portal.invitation_address, now=now())
        found = dialogue_by_name(session, dialogue)
        closes_at = found.closes_at if found is not None else now()
    click.echo(f"{written.name} {written.version} is published in {dialogue}.")
    click.echo(f"Answers are taken until {closes_at:%Y-%m-%d %H:%M} UTC.")


@questionnaire.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=SCHEMA_PATH,
    show_default=True,
    help="Where to write it.",
)
@pass_portal
def schema(_portal: Portal, output: Path) -> None:
    """Write the JSON Schema of questionnaire files, which editors use while typing."""
    write_schema(output)
    click.echo(f"Wrote {output}.")


def _faults(file: Path) -> list[Fault]:
    other = OTHER_CHECKS.get(file.name)
    return other(file) if other is not None else check_file(file).faults


def _in_figures(file: Path) -> str:
    """``1.0.yaml: 109 questions (39 core), 990 minutes; reading level (LIX): en 34 (easy)``."""
    known = _read(file)
    questions = list(known.questions())
    core = sum(question.core for question in questions)
    minutes = sum(question.minutes for question in questions)
    english = words("en")
    levels = ", ".join(
        f"{tag} –" if lix is None else f"{tag} {lix:.0f} ({english.message(level(lix))})"
        for tag, lix in readability(known).items()
    )
    size = f"{len(questions)} questions ({core} core), {minutes:.0f} minutes"
    return f"{file}: {size}; reading level (LIX): {levels}"


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.yaml")) if path.is_dir() else [path]


def _read(path: Path) -> Questionnaire:
    """The questionnaire; Invalid with the first fault if there is any."""
    checked = check_file(path)
    if checked.questionnaire is None or checked.faults:
        raise Invalid(message("{fault}", fault=str(checked.faults[0])))
    return checked.questionnaire


def _dialogue(session: Session, name: str, written: Questionnaire, calendar: Calendar) -> UUID:
    """The dialogue's id; a new one is made by the portal itself."""
    if dialogue_by_name(session, name) is not None:
        if calendar.is_given:
            sentence = "The dialogue “{name}” exists: its title and times are set on the portal."
            raise Invalid(message(sentence, name=name))
        return dialogue_id_of(session, name)
    opens_at = _utc(calendar.opens) or now()
    title = localised(written.title, written.base_language, written.base_language)
    plan = Plan(
        short_name=name,
        title=(calendar.title or title)[:TITLE_LENGTH],
        purpose="",
        rules="",
        opens_at=opens_at,
        closes_at=_utc(calendar.closes) or opens_at + OPEN_FOR,
        base_language=written.base_language,
    )
    return create(session, SYSTEM, plan, now=now()).id


def _approve(session: Session, dialogue_id: UUID, version_id: UUID, emails: Sequence[str]) -> None:
    """Record the approval of each person, for every buyer they may vote for."""
    for email in emails:
        person = person_by_email(session, email)
        actor = load_actor(session, person.id) if person is not None else None
        grants = actor.grants_in(dialogue_id) if actor is not None else ()
        buyers = {
            grant.organisation_id
            for grant in grants
            if actor is not None
            and actor.may(Permission.DRAFT_VOTE, dialogue_id, grant.organisation_id)
        }
        if actor is None or not buyers:
            sentence = "{email} may not approve for any buyer of this dialogue."
            raise Invalid(message(sentence, email=email))
        for organisation_id in sorted(buyers):
            vote(
                session,
                actor,
                version_id,
                organisation_id=organisation_id,
                approves=True,
                reason="Recorded on the command line.",
                now=now(),
            )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None else None
