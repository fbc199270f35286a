"""``portal questionnaire workbook`` and ``form``: questionnaires to fill in off the portal."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import click

from portal.brief.blank_form import form_pdf
from portal.commands.context import Portal, pass_portal, require_language, write_file
from portal.core.errors import Invalid, message
from portal.questionnaire.check import check_file
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.loader import to_json
from portal.questionnaire.workbook import workbook as empty_workbook
from portal.response.countries import country_choices

Command = Callable[..., None]


def _language_and_output(command: Command) -> Command:
    """The options that both papers take."""
    language = click.option(
        "--language", help="A language of the questionnaire; default: its base language."
    )
    output = click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        required=True,
        help="Where to write it.",
    )
    return language(output(command))


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@_language_and_output
@pass_portal
def workbook(_portal: Portal, *, path: Path, language: str | None, output: Path) -> None:
    """Write the questionnaire in the YAML file PATH as an empty workbook (.xlsx)."""
    questionnaire, spoken = _read(path, language)
    content = empty_workbook(
        questionnaire,
        sha256=_hash(questionnaire),
        deadline=None,
        language=spoken,
        countries=country_choices(spoken),
    )
    write_file(output, content)
    click.echo(f"Workbook of {questionnaire.name} {questionnaire.version} in {output}.")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@_language_and_output
@pass_portal
def form(_portal: Portal, *, path: Path, language: str | None, output: Path) -> None:
    """Write the questionnaire in the YAML file PATH as a form to print (PDF)."""
    questionnaire, spoken = _read(path, language)
    write_file(output, form_pdf(questionnaire, sha256=_hash(questionnaire), language=spoken))
    click.echo(f"Form of {questionnaire.name} {questionnaire.version} in {output}.")


def _read(path: Path, language: str | None) -> tuple[Questionnaire, str]:
    """The questionnaire and the language to write in; Invalid with the first fault if any."""
    checked = check_file(path)
    if checked.questionnaire is None or checked.faults:
        raise Invalid(message("{fault}", fault=str(checked.faults[0])))
    spoken = language or checked.questionnaire.base_language
    require_language(checked.questionnaire, spoken)
    return checked.questionnaire, spoken


def _hash(questionnaire: Questionnaire) -> str:
    """The hash that this text has as a version on the portal."""
    return sha256(to_json(questionnaire).encode()).hexdigest()
