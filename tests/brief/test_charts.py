from lxml.etree import _Element, fromstring

from portal.brief.charts import WIDTH, bar, bar_uri, heat
from portal.brief.document import Value

SVG = "{http://www.w3.org/2000/svg}"


def rectangles(value: Value) -> list[_Element]:
    return fromstring(bar(value)).findall(f"{SVG}rect")


def test_a_count_is_one_solid_bar_as_long_as_its_share() -> None:
    solid = rectangles(Value(text="6 (25 %)", count=6, low=25, high=25))[1]
    assert float(solid.attrib["width"]) == WIDTH / 4


def test_a_band_reaches_from_its_lower_to_its_upper_bound() -> None:
    _, pale, solid, *_ = rectangles(Value(text="20–40 %", low=20, high=40))
    assert float(pale.attrib["x"]) == float(solid.attrib["width"]) == WIDTH / 5
    assert float(pale.attrib["width"]) == WIDTH / 5


def test_nothing_is_drawn_for_what_is_not_shown() -> None:
    assert rectangles(Value(text="–")) == []
    assert heat(Value(text="–")) == 0


def test_a_drawing_holds_no_text_that_would_need_a_font() -> None:
    assert "<text" not in bar(Value(text="6", count=6, low=25, high=25))
    assert bar_uri(Value(text="6", low=25, high=25)).startswith("data:image/svg+xml;base64,")


def test_cells_darken_in_five_steps() -> None:
    shares = [Value(text="", low=share, high=share) for share in (0, 20, 40, 60, 80, 100)]
    assert [heat(value) for value in shares] == [1, 2, 3, 4, 5, 5]
