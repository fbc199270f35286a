"""``portal release``: frozen aggregates, made and handed out as files."""

import sys
from pathlib import Path
from uuid import UUID

import click

from portal.aggregate.drafting import Choice
from portal.aggregate.export import Format, export
from portal.aggregate.operations import create as create_release
from portal.aggregate.operations import prepare
from portal.aggregate.policy import AUDIENCES, parse_audience
from portal.aggregate.queries import document, find_release, questionnaire_of
from portal.aggregate.report import read_report
from portal.aggregate.verifying import verify
from portal.commands.context import (
    Portal,
    dialogue_id_of,
    pass_portal,
    require_language,
    write_file,
)
from portal.core.clock import now
from portal.core.db import Session
from portal.core.errors import NotNow, message
from portal.dialogue.operations import close
from portal.dialogue.queries import dialogue_of
from portal.dialogue.rules import is_closed
from portal.identity.actor import SYSTEM
from portal.invitation.queries import invitations


@click.group()
def release() -> None:
    """Releases: frozen, checked aggregates."""


@release.command()
@click.argument("dialogue")
@pass_portal
def create(portal: Portal, dialogue: str) -> None:
    """Release what was submitted to DIALOGUE until now, and print the release's id.

    The dialogue must have closed. One that only ever had imported responses (no supplier was
    invited, takes part or can register) is closed by this command, since nobody was promised a
    closing time.
    """
    with portal.transaction() as session:
        dialogue_id = dialogue_id_of(session, dialogue)
        _close_if_unpromised(session, dialogue_id)
        at = now()
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=1, label="Release", file=sys.stderr, hidden=hidden) as bar:

            def report(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            made = create_release(session, SYSTEM, dialogue_id, cut_off=at, now=at, progress=report)
    click.echo(f"{made.id}")
    click.echo(f"Release {made.number} of {dialogue}, SHA-256 {made.sha256}", err=True)


@release.command("try")
@click.argument("dialogue")
@pass_portal
def try_out(portal: Portal, dialogue: str) -> None:
    """Print what a release of DIALOGUE would show to whom, and why not more; releases nothing.

    One line for each countable question and audience: its key, the audience, then exact, bands,
    too_few or withheld. Only the secretariat may know the causes.
    """
    with portal.reading() as session:
        dialogue_id = dialogue_id_of(session, dialogue)
        choice = Choice(now())
        made = prepare(session, SYSTEM, dialogue_id, choice, now=now())
    questionnaire = made.version.questionnaire
    found = read_report(made.report(), questionnaire, made.segments, choice.audiences)
    for line in (each for _, lines in found.sections for each in lines):
        for judged in line.judged:
            click.echo(f"{line.key}\t{judged.audience}\t{judged.verdict}")
    for total in found.totals:
        counts = ", ".join(f"{count} {name}" for name, count in total.verdicts.items())
        click.echo(f"{total.audience}: {counts}; {total.share} % of the cells shown", err=True)


@release.command("verify")
@click.argument("dialogue")
@pass_portal
def verify_all(portal: Portal, dialogue: str) -> None:
    """Check that no release of DIALOGUE was changed, taken out or put in; prints the last hash.

    Keep that hash elsewhere: the same hash later proves that everything before it is as it was.
    """
    with portal.reading() as session:
        checked = verify(session, dialogue_id_of(session, dialogue))
    click.echo(f"{checked.releases} releases, {checked.documents} documents. {checked.chain}")


@release.command("export")
@click.argument("release_name", metavar="RELEASE")
@click.option(
    "--audience",
    required=True,
    type=click.Choice([audience.value for audience in AUDIENCES]),
    help="Who the file is for.",
)
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice([form.value for form in Format]),
    help="The kind of file; all carry the same cells.",
)
@click.option("--language", default="en", show_default=True, help="Of labels in CSV and XLSX.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where to write it.",
)
@pass_portal
def export_file(
    portal: Portal, *, release_name: str, audience: str, form: str, language: str, output: Path
) -> None:
    """Write what an audience sees of RELEASE (its id, DIALOGUE/latest or DIALOGUE/NUMBER)."""
    with portal.transaction() as session:
        found = find_release(session, release_name)
        shown = document(session, SYSTEM, found.id, parse_audience(audience))
        questionnaire = questionnaire_of(session, found)
        require_language(questionnaire, language)
        file = export(shown, questionnaire, Format(form), language)
    write_file(output, file.content)
    click.echo(f"Release {shown.number} for {audience}, SHA-256 {shown.sha256}, in {output}.")


def _close_if_unpromised(session: Session, dialogue_id: UUID) -> None:
    """Close an open dialogue to which no supplier was invited; refuse every other open one."""
    dialogue = dialogue_of(session, dialogue_id)
    if dialogue is None or dialogue.state != "published" or is_closed(dialogue, now()):
        return
    if invitations(session, dialogue_id):
        sentence = "Answers are being taken until {closes} UTC. Make the release after that."
        raise NotNow(message(sentence, closes=f"{dialogue.closes_at:%Y-%m-%d %H:%M}"))
    close(session, SYSTEM, dialogue_id, now=now())
