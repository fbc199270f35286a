"""``portal consultation-file``: what was given to the market, as one file, and its check."""

from pathlib import Path

import click

from portal.brief.consultation_archive import check
from portal.brief.consultation_file import consultation_file as make
from portal.brief.consultation_file import note_taken
from portal.commands.context import Portal, dialogue_id_of, pass_portal, write_file
from portal.core.clock import now
from portal.identity.actor import SYSTEM


@click.command("consultation-file")
@click.argument("dialogue")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it; default: DIALOGUE-consultation-file.zip.",
)
@click.option(
    "--without-names",
    is_flag=True,
    help="Leave out which organisations were invited, and figures that not everybody may read.",
)
@pass_portal
def consultation_file(
    portal: Portal, *, dialogue: str, output: Path | None, without_names: bool
) -> None:
    """Write everything that was given to the market in DIALOGUE, when, to whom, with hashes."""
    with portal.reading() as session:
        dialogue_id = dialogue_id_of(session, dialogue)
        made = make(session, SYSTEM, dialogue_id, portal.files, names_invited=not without_names)
    path = output or Path(f"{dialogue}-consultation-file.zip")
    write_file(path, made.content)
    with portal.transaction() as session:
        note_taken(session, SYSTEM, dialogue_id, root=made.root, count=made.count, now=now())
    click.echo(f"{made.count} files in {path}. Root hash {made.root}")


@click.command("consultation-file-check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--root", default="", help="The root hash that was noted when the file was made.")
def consultation_file_check(*, file: Path, root: str) -> None:
    """Check a consultation file: name every file that is missing, added or changed."""
    with file.open("rb") as opened:
        found = check(opened, root)
    for fault in found.faults:
        click.echo(str(fault), err=True)
    if found.faults:
        raise click.exceptions.Exit(1)
    click.echo(f"{found.count} files, all as they were written. Root hash {found.root}")
