"""The documentation names every command and option, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from portal.commands import main

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "commands.md"
SECTIONS = dict(
    re.findall(
        r"^## `(portal [^`]+)`\n(.*?)(?=^## |\Z)",
        DOCUMENTATION.read_text(),
        re.MULTILINE | re.DOTALL,
    )
)


def leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for child in command.commands.values():
            yield from leaves(child, f"{name} {child.name}")
    else:
        yield name, command


COMMANDS = dict(leaves(main, "portal"))


def options(command: click.Command) -> list[str]:
    found = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return [name for option in found for name in option.opts]


def test_exactly_the_commands_there_are_have_a_section() -> None:
    assert SECTIONS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained_and_none_is_invented(name: str) -> None:
    explained = set(re.findall(r"`(--?[a-z][a-z-]*)`", SECTIONS[name]))
    assert explained == set(options(COMMANDS[name]))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_a_help_text(name: str) -> None:
    command = COMMANDS[name]
    found = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    assert command.help
    assert all(option.help for option in found)
