"""What changed since an earlier round, from what was released in both."""

from flask.typing import ResponseReturnValue

from portal.blueprints.buyer import bp
from portal.blueprints.buyer.release_view import (
    Opened,
    View,
    against,
    chosen,
    open_release,
    round_label,
)
from portal.identity.roles import Permission
from portal.web.charts_compared import changes, uncompared
from portal.web.guard import needs
from portal.web.pages import page


@bp.get("/dialogues/<dialogue>/releases/<int:number>/changes")
@needs(Permission.RELEASE_READ)
def release_changes(number: int) -> ResponseReturnValue:
    """The questions with the greatest released differences first, and those not comparable."""
    opened = open_release(number)
    choice = _with_round(opened, chosen(opened))
    beside = against(opened, choice)
    comparison = beside.comparison if beside else None
    return page(
        "buyer/changes.html",
        opened=opened,
        choice=choice,
        beside=beside,
        round_label=round_label,
        changes=changes(comparison, choice.column) if comparison else [],
        uncompared=uncompared(comparison) if comparison else [],
    )


def _with_round(opened: Opened, choice: View) -> View:
    """The newest earlier release unless the address names one."""
    if choice.before or not opened.earlier:
        return choice
    return View(column=choice.column, together=False, before=opened.earlier[0].name)
