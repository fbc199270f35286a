"""The ``portal`` command line: one module for each noun, every command one transaction."""

from portal.commands.briefs import brief
from portal.commands.consultation import consultation_file, consultation_file_check
from portal.commands.db import db
from portal.commands.demo import demo
from portal.commands.group import portal
from portal.commands.importing import importing
from portal.commands.papers import form, workbook
from portal.commands.questionnaires import questionnaire
from portal.commands.releases import release
from portal.commands.reminders import reminders
from portal.commands.responses import responses
from portal.commands.users import user
from portal.commands.worker import worker

__all__ = ["main"]

for other in (importing, workbook, form):
    questionnaire.add_command(other)
for command in (db, demo, questionnaire, responses, release, brief, user, reminders, worker):
    portal.add_command(command)
for command in (consultation_file, consultation_file_check):
    portal.add_command(command)

main = portal
"""What ``pyproject.toml`` installs as ``portal``."""
