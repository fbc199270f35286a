"""Bars as small SVG drawings: shapes only, since every label and value is a table cell beside.

A count is one solid bar. A band is solid up to its lower bound and pale from there to its upper
bound, so that it reads as a range in colour and in grey print.
"""

from base64 import b64encode
from functools import lru_cache

from portal.brief.document import Value

WIDTH = 120
HEIGHT = 9
TRACK = "#E9EFEE"
SOLID = "#1F7A78"
RANGE = "#8FB3B1"
TICKS = (20, 40, 60, 80)
HEAT = ("#E3F0EF", "#B5D6D4", "#7DB6B3", "#5AA6A2", "#0B5C5B")


def bar(value: Value) -> str:
    """An SVG drawing of one value, 120 by 9 units.

    It is hidden from screen readers, since it only repeats the value beside it.
    """
    return _bar(value.low, value.high)


def bar_uri(value: Value) -> str:
    """The same drawing as a ``data:`` address, for the PDF."""
    return _uri(value.low, value.high)


def heat(value: Value) -> int:
    """How dark a table cell is, from 1 (under 20 %) to 5 (80 % and more); 0 for no value."""
    if value.low is None or value.high is None:
        return 0
    return min(int((value.low + value.high) / 2 // 20), 4) + 1


@lru_cache(maxsize=1024)
def _bar(low: int | None, high: int | None) -> str:
    shapes = [_rectangle(0, 100, TRACK)]
    if low is None or high is None:
        shapes = []
    else:
        if high > low:
            shapes.append(_rectangle(low, high, RANGE))
        if low > 0:
            shapes.append(_rectangle(0, low, SOLID))
        shapes += [_tick(share) for share in TICKS]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="bar" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">'
        f"{''.join(shapes)}</svg>"
    )


@lru_cache(maxsize=1024)
def _uri(low: int | None, high: int | None) -> str:
    return f"data:image/svg+xml;base64,{b64encode(_bar(low, high).encode()).decode()}"


def _rectangle(start: float, end: float, colour: str) -> str:
    x, width = start * WIDTH / 100, (end - start) * WIDTH / 100
    return f'<rect x="{x:.2f}" y="0" width="{width:.2f}" height="{HEIGHT}" fill="{colour}"/>'


def _tick(share: int) -> str:
    x = share * WIDTH / 100 - 0.3
    return f'<rect x="{x:.2f}" y="0" width="0.6" height="{HEIGHT}" fill="#FFFFFF"/>'
