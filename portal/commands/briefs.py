"""``portal brief``: dialogue briefs as files."""

from pathlib import Path

import click

from portal.brief.policy import Edition, Format
from portal.brief.queries import document_for
from portal.brief.render import export as render
from portal.commands.context import Portal, dialogue_id_of, pass_portal, write_file
from portal.identity.actor import SYSTEM


@click.group()
def brief() -> None:
    """Dialogue briefs."""


@brief.command()
@click.argument("dialogue")
@click.option(
    "--edition",
    required=True,
    type=click.Choice([edition.value for edition in Edition]),
    help="Whom the brief is for.",
)
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice([form.value for form in Format]),
    help="The kind of file; all carry the same figures.",
)
@click.option(
    "--language", default="en", show_default=True, help="A language of the questionnaire."
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where to write it.",
)
@pass_portal
def export(
    portal: Portal, *, dialogue: str, edition: str, form: str, language: str, output: Path
) -> None:
    """Write the brief of DIALOGUE: the newest published one, else the draft.

    Without either it is composed from the newest release. The file is made on demand.
    """
    with portal.transaction() as session:
        dialogue_id = dialogue_id_of(session, dialogue)
        document = document_for(session, SYSTEM, dialogue_id, edition=edition, language=language)
    write_file(output, render(document, Format(form)))
    click.echo(f"Brief of {dialogue}, edition {edition}, in {output}.")
