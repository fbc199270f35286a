"""A released figure in the form that the chart component takes."""

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.aggregate.reading import Bar, ShownColumn
from portal.web.language import number


def base(column: ShownColumn) -> str:
    """How many answers a column holds, in words."""
    return str(ngettext("%(num)d answer", "%(num)d answers", column.n))


def bar_line(bar: Bar) -> dict[str, object]:
    """One option as the chart component takes it."""
    if bar.count is not None:
        return {
            "label": bar.label.text,
            "value": bar.low,
            "text": f"{number(bar.count)} ({bar.low} %)",
        }
    if bar.band is not None:
        return {"label": bar.label.text, "low": bar.low, "high": bar.high, "text": bar.band}
    return {"label": bar.label.text, "value": 0, "text": _("not shown")}
