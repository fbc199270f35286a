"""``portal questionnaire import``: questionnaires from the formats of others."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import click

from portal.commands.context import Portal, pass_portal
from portal.core.errors import Invalid, message
from portal.questionnaire.importers.report import counted, to_csv
from portal.questionnaire.importers.xlsform import import_xlsform
from portal.questionnaire.writer import to_yaml


@click.group("import")
def importing() -> None:
    """Make questionnaires of files in the formats of others."""


@importing.command()
@click.argument("path", metavar="IN", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Where to write the questionnaire.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the report as CSV.",
)
@pass_portal
def xlsform(_portal: Portal, *, path: Path, output: Path, report: Path | None) -> None:
    """Write the XLSForm in the workbook IN (.xlsx) as a questionnaire in YAML.

    What became of every sheet, row and column of the workbook is printed, one line each.
    """
    places = [place for place in (path, output, report) if place is not None]
    if len({place.resolve() for place in places}) < len(places):
        raise Invalid(message("Give every file a name of its own."))
    imported = import_xlsform(path)
    contents = {output: to_yaml(imported.questionnaire).encode()}
    if report is not None:
        contents[report] = to_csv(imported.report)
    _write(contents)
    for line in imported.report:
        click.echo(str(line))
    totals = counted(imported.report)
    click.echo(", ".join(f"{outcome.words}: {count}" for outcome, count in totals.items()))
    count = sum(1 for _ in imported.questionnaire.questions())
    click.echo(f"Wrote {output}. Questions: {count}.")


def _write(contents: Mapping[Path, bytes]) -> None:
    """Write all files whole, or none of them."""
    parts = {path: path.with_name(f"{path.name}.part") for path in contents}
    with ExitStack() as leaving:
        for path, part in parts.items():
            leaving.callback(part.unlink, missing_ok=True)
            part.write_bytes(contents[path])
        for path, part in parts.items():
            part.replace(path)
