"""``portal worker``: long work and mail, in a process of its own."""

import click

from portal.commands.context import Portal, pass_portal


@click.command()
@pass_portal
def worker(portal: Portal) -> None:
    """Do long work and send mail until stopped.

    For a portal with PORTAL_JOBS=worker; otherwise the web process does both itself.
    """
    if portal.settings.jobs != "worker":
        click.echo("PORTAL_JOBS is not “worker”: the web process works as well.", err=True)
    portal.jobs.work()
