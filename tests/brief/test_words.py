from datetime import UTC, datetime

from portal.brief.words import Words

NOON = datetime(2026, 12, 10, 12, 5, tzinfo=UTC)


def test_numbers_dates_and_lists_are_british_in_english() -> None:
    words = Words("en")
    assert words.number(1234) == "1,234"
    assert words.moment(NOON) == "10 December 2026, 12:05 UTC"
    assert words.listing(["A", "B", "C"]) == "A, B and C"
    assert words.percent(71) == "71\N{NO-BREAK SPACE}%"


def test_another_language_has_its_own_months_and_languages() -> None:
    assert Words("nl").day(NOON) == "10 december 2026"
    assert Words("fr").language_name("el") == "grec"


def test_a_language_nobody_knows_falls_back_to_english() -> None:
    assert Words("xx").day(NOON) == "10 December 2026"
    assert Words("xx").language_name("qqq") == "qqq"


def test_gaps_are_filled_and_braces_in_values_are_left_alone() -> None:
    assert Words("en")("{name} answered", name="{n}") == "{n} answered"
    assert Words("en").plural("{count} answer", "{count} answers", 1) == "1 answer"
