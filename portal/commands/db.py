"""``portal db``: the database itself."""

import click

from portal.commands.context import Portal, pass_portal
from portal.core.migrate import upgrade as migrate


@click.group()
def db() -> None:
    """The database."""


@db.command()
@pass_portal
def upgrade(portal: Portal) -> None:
    """Bring the database that PORTAL_DATABASE_URL names to the tables of this version.

    Makes the folder PORTAL_VAR_DIR if it is missing. Running it again changes nothing.
    """
    portal.settings.var_dir.mkdir(parents=True, exist_ok=True)
    migrate(portal.settings.database)
    click.echo("The database has the tables of this version.")
