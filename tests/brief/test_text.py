import pytest

from portal.brief.render import breakable, breakable_html
from portal.brief.text import paragraphs, plain


def test_control_direction_and_broken_characters_are_dropped() -> None:
    assert plain("a\x00b\u202ec\ud800d\n\t e") == "abcd e"


def test_words_of_every_european_script_stay() -> None:
    text = "Żółć Ωμέγα Българи ș ŉ é"
    assert plain(text) == text


def test_markdown_becomes_paragraphs_lists_and_third_level_headings() -> None:
    html = paragraphs("# Head\n\nSome **bold** text.\n\n- one\n- two\n")
    assert "<h3>Head</h3>" in html
    assert "<strong>bold</strong>" in html
    assert html.count("<li>") == 2


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "![x](http://127.0.0.1/x.png)",
        "[x](javascript:alert(1))",
        "[x](file:///etc/passwd)",
        "<img src=x onerror=alert(1)>",
        "<style>*{display:none}</style>",
    ],
)
def test_markdown_brings_no_markup_picture_or_script_of_its_own(markdown: str) -> None:
    html = paragraphs(markdown)
    assert "<script" not in html
    assert "<img" not in html
    assert "<style" not in html
    assert "href" not in html


def test_a_long_word_may_break_and_a_short_one_does_not() -> None:
    assert breakable("short " + "x" * 60) == "short " + " ".join(["x" * 28, "x" * 28, "x" * 4])
    assert breakable_html("<p>&lt;b&gt;" + "y" * 70 + "</p>").count(" ") == 1
