"""``portal responses``: responses as a file, one JSON object a line."""

from pathlib import Path

import click

from portal.commands.context import Portal, dialogue_id_of, pass_portal, write_file
from portal.commands.roles import RoleType
from portal.core.clock import now
from portal.core.errors import Invalid, message
from portal.dialogue.queries import parties
from portal.identity.actor import SYSTEM
from portal.identity.roles import SUPPLIER_ROLES, Role
from portal.response.exchange import export_responses, import_responses, lines_of
from portal.response.recounting import recount as count_again


@click.group()
def responses() -> None:
    """Responses as a file, one JSON object a line."""


@responses.command("import")
@click.argument("dialogue")
@click.argument("file", type=click.Path(path_type=Path))
@pass_portal
def import_file(portal: Portal, dialogue: str, file: Path) -> None:
    """Bring the responses in FILE (JSON lines, UTF-8) into DIALOGUE: all of them, or none.

    Suppliers that the portal does not know are added; a second response of one is a revision.
    """
    with portal.transaction() as session, file.open(encoding="utf-8", newline="\n") as stream:
        dialogue_id = dialogue_id_of(session, dialogue)
        done = import_responses(session, SYSTEM, dialogue_id, lines_of(stream), now=now())
    click.echo(
        f"{done.responses} responses imported, {done.unchanged} unchanged, "
        f"{done.organisations} new organisations."
    )


@responses.command()
@click.argument("dialogue")
@click.option("--mend", is_flag=True, help="Store anew what differs.")
@pass_portal
def recount(portal: Portal, dialogue: str, *, mend: bool) -> None:
    """Count the responses of DIALOGUE once more from what was signed, and compare.

    Says how many submissions are stored otherwise than they were signed; exits with 1 if any is.
    Without --mend nothing is changed. Releases that were made stay as they are either way.
    """
    with portal.transaction() as session:
        dialogue_id = dialogue_id_of(session, dialogue)
        found = count_again(session, SYSTEM, dialogue_id, mend=mend, now=now())
    mended = " and were mended" if mend and found.different else ""
    click.echo(f"{found.submissions} submissions recounted, {found.different} differed{mended}.")
    if found.different:
        raise click.exceptions.Exit(1)


@responses.command("export")
@click.argument("dialogue")
@click.option(
    "--as",
    "role",
    required=True,
    type=RoleType(),
    help="Export the answers that this role may read.",
)
@click.option("--supplier", help="With a supplier's role: the name of that supplier.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where to write the JSON lines.",
)
@pass_portal
def export(portal: Portal, dialogue: str, role: Role, supplier: str | None, output: Path) -> None:
    """Write the submitted responses of DIALOGUE that a role may read, one JSON object a line."""
    if (role in SUPPLIER_ROLES) != (supplier is not None):
        raise click.UsageError("Give --supplier with a supplier's role, and only then.")
    with portal.transaction() as session:
        dialogue_id = dialogue_id_of(session, dialogue)
        known = {row.name: row.id for row in parties(session, dialogue_id, "supplier")}
        if supplier is not None and supplier not in known:
            sentence = "{supplier} takes no part in {dialogue} as a supplier."
            raise Invalid(message(sentence, supplier=supplier, dialogue=dialogue))
        lines = export_responses(
            session,
            SYSTEM,
            dialogue_id,
            role=role,
            organisation_id=known[supplier] if supplier is not None else None,
            now=now(),
        )
        content = "".join(f"{line.rstrip()}\n" for line in lines)
        write_file(output, content.encode())
    count = content.count("\n")
    click.echo(f"{count} responses written to {output}.")
