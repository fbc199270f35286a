"""The group of all commands: one place that loads the settings and tells what went wrong.

Wrong usage leaves with exit code 2 and click's help; anything else a person can mend with exit
code 1 and one line on standard error. Only our own faults show a traceback.
"""

from typing import Any

import click

from portal.commands.context import Portal
from portal.core.db import DatabaseUnavailable
from portal.core.errors import PortalError, Refused
from portal.core.logs import configure_logs
from portal.core.settings import load_settings

NO_DATABASE = "Check PORTAL_DATABASE_URL; `portal db upgrade` makes a missing one."
NOT_ALLOWED = "This is not there, or it may not be done."


class PortalGroup(click.Group):
    """A group that turns the errors people are told about into one line."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - as click declares it
        """Run the command; an error for people ends it with exit code 1."""
        try:
            return super().invoke(ctx)
        except (PortalError, DatabaseUnavailable, OSError) as error:
            raise click.ClickException(sentence(error)) from error


def sentence(error: Exception) -> str:
    """What went wrong, on one line."""
    if isinstance(error, Refused):
        return str(error) or NOT_ALLOWED
    if isinstance(error, DatabaseUnavailable):
        return f"The database cannot be used ({_one_line(error.orig)}). {NO_DATABASE}"
    if isinstance(error, OSError):
        return f"{error.filename or 'The system'}: {error.strerror or error}"
    return _one_line(error)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())


@click.group(cls=PortalGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="parley-portal", prog_name="portal")
@click.pass_context
def portal(ctx: click.Context) -> None:
    """Parley: public buyers ask the market together, once.

    The settings come from environment variables that begin with PORTAL_, such as
    PORTAL_DATABASE_URL; docs/configuration.md lists them.
    """
    settings = load_settings()
    configure_logs(settings.log_format)
    ctx.obj = Portal(settings)
    ctx.call_on_close(ctx.obj.close)
