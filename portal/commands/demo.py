"""``portal demo``: an invented dialogue, complete, to try every screen."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

import click

from portal.commands.context import JOBS_ASKED_FOR, Portal, pass_portal
from portal.commands.demo_data.cast import Stage
from portal.commands.demo_data.postbox import Postbox
from portal.commands.demo_data.scenes import FINISHED, finished, open_now, under_review
from portal.commands.demo_data.visits import VISITS, Visit
from portal.core.clock import now
from portal.core.db import Session
from portal.core.errors import Invalid, message
from portal.core.jobs import ask_for
from portal.core.mail import transport_for
from portal.dialogue.queries import dialogue_by_name
from portal.identity.operations import make_link
from portal.identity.queries import person_by_email
from portal.questionnaire.loader import read

FLAGSHIP = Path(__file__).parents[2] / "questionnaires" / "ict-due-diligence" / "1.0.yaml"
MOST_SUPPLIERS = 500
HEADING = """\
Sign-in links of the demo. Each works once, within 48 hours; `portal demo links` prints new ones.
"""


@click.group()
def demo() -> None:
    """An invented dialogue, complete, to try every screen."""


@demo.command()
@click.option(
    "--suppliers",
    type=click.IntRange(1, MOST_SUPPLIERS),
    default=24,
    show_default=True,
    help="How many suppliers answer the finished dialogue.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="The same seed gives the same answers, and so the same release hash.",
)
@pass_portal
def load(portal: Portal, suppliers: int, seed: int) -> None:
    """Load four invented dialogues and print a sign-in link for each role.

    `demo` is finished, with a release and a published brief; `demo-2025` was its pilot, whose
    release the results can be compared with; `demo-open` takes answers;
    `demo-draft` waits for votes. Everything is made by the acts people do on the portal.
    """
    questionnaire = read(FLAGSHIP)
    loaded_at = now()
    with portal.transaction() as session:
        if dialogue_by_name(session, FINISHED) is not None:
            raise Invalid(
                message("The demo is loaded already. `portal demo links` prints new links.")
            )
        stage = Stage(
            session=session,
            store=portal.files,
            postbox=Postbox(transport_for(portal.settings), portal.settings.mail_from),
            invitation_address=portal.invitation_address,
            sign_in_address=portal.sign_in_address,
            address=portal.settings.public_url,
            seed=seed,
        )
        brief_id = finished(stage, questionnaire, suppliers, now=loaded_at)
        open_now(stage, questionnaire, now=loaded_at)
        under_review(stage, questionnaire, now=loaded_at)
        _ask_for_pdf(session, brief_id, loaded_at)
        lines = _links(portal, session, loaded_at)
    click.echo("\n".join(lines))


@demo.command()
@pass_portal
def links(portal: Portal) -> None:
    """Print new sign-in links of the loaded demo; each works once, within 48 hours."""
    with portal.transaction() as session:
        if dialogue_by_name(session, FINISHED) is None:
            raise Invalid(message("The demo is not loaded. Run `portal demo load` first."))
        lines = _links(portal, session, now())
    click.echo("\n".join(lines))


def _ask_for_pdf(session: Session, brief_id: UUID, at: datetime) -> None:
    """Have the PDF of the published brief made, as the secretariat's page does."""
    job = ask_for(
        session, "brief", {"brief_id": str(brief_id)}, dialogue_id=None, person_id=None, now=at
    )
    session.info[JOBS_ASKED_FOR] = [job.id]


def _links(portal: Portal, session: Session, at: datetime) -> list[str]:
    """What to open as whom, one role after the other."""
    lines = [
        HEADING,
        f"Anyone: {portal.settings.public_url}/dialogues/{FINISHED}",
    ]
    for visit in VISITS:
        lines.extend(_lines(portal, session, visit, at))
    return lines


def _lines(portal: Portal, session: Session, visit: Visit, at: datetime) -> list[str]:
    person = person_by_email(session, visit.email)
    if person is None:
        return []
    token = make_link(session, person.id, next_path=visit.path, now=at)
    return [
        f"{visit.title}: {person.name} — {visit.leads_to}",
        f"  {portal.sign_in_address}{token}",
    ]
