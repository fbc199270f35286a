"""``portal reminders``: what the clock does each hour, for who would rather use cron."""

import click

from portal.commands.context import Portal, pass_portal
from portal.core.errors import Invalid, message


@click.group()
def reminders() -> None:
    """Reminders and daily mails."""


@reminders.command("send")
@pass_portal
def send(portal: Portal) -> None:
    """Write what is due now: reminders, daily mails, and what else the clock asks for.

    Running it again, or beside a portal that does it each hour itself, repeats nothing.
    """
    portal.require_current()
    done = portal.jobs.tick()
    for name, count in done.items():
        click.echo(f"{name}: {count}")
    failed = sorted(portal.jobs.clockwork.keys() - done.keys())
    if failed:
        sentence = "Not everything could be done: {names}. The log says why."
        raise Invalid(message(sentence, names=", ".join(failed)))
