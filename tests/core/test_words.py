from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from portal.core.errors import Listing, message, plural
from portal.core.words import Words, words

NOON = datetime(2026, 12, 10, 12, 5, tzinfo=UTC)
BRUSSELS = ZoneInfo("Europe/Brussels")


def test_numbers_dates_and_lists_are_british_in_english() -> None:
    say = Words("en")
    assert say.number(1234) == "1,234"
    assert say.moment(NOON) == "10 December 2026, 12:05 UTC"
    assert say.short_moment(NOON, BRUSSELS) == "Thu 10 Dec 2026, 13:05 CET"
    assert say.listing(["A", "B", "C"]) == "A, B and C"
    assert say.listing(["A", "B", "C"], "or") == "A, B or C"
    assert say.percent(71) == "71\N{NO-BREAK SPACE}%"


def test_another_language_has_its_own_dates_numbers_and_languages() -> None:
    assert Words("nl").day(NOON) == "10 december 2026"
    assert Words("de").moment(NOON, BRUSSELS) == "10. Dezember 2026, 13:05 CET"
    assert Words("fr").short_moment(NOON) == "jeu. 10 déc. 2026, 12:05 UTC"
    assert Words("nl").number(1234.5) == "1.234,5"
    assert Words("de").listing(["A", "B", "C"], "or") == "A, B oder C"
    assert Words("fr").language_name("el") == "grec"


def test_a_language_nobody_knows_falls_back_to_english() -> None:
    assert Words("xx").day(NOON) == "10 December 2026"
    assert Words("xx").language_name("qqq") == "qqq"
    assert Words("xx")("One sentence.") == "One sentence."


def test_gaps_are_filled_and_braces_in_values_are_left_alone() -> None:
    assert Words("en")("{name} answered", name="{n}") == "{n} answered"
    assert Words("en").plural("{count} answer", "{count} answers", 1) == "1 answer"
    assert Words("en").plural("{count} answer", "{count} answers", 1200) == "1,200 answers"


def test_a_message_is_said_with_the_messages_lists_and_dates_within_it() -> None:
    inner = plural("{count} row", "{count} rows", 2)
    text = message(
        "{rows} in {places} since {when}, from {day}, of {number}",
        rows=inner,
        places=Listing(("A", message("{name}", name="B"), "C"), "or"),
        when=NOON,
        day=date(2026, 1, 2),
        number=1500,
    )
    said = words("en").message(text, BRUSSELS)
    assert said == (
        "2 rows in A, B or C since 10 December 2026, 13:05 CET, from 2 January 2026, of 1,500"
    )


def test_a_message_without_gaps_keeps_its_braces() -> None:
    assert words("en").message(message("Write `{en: words}`.")) == "Write `{en: words}`."
    assert words("en").message("Write `{en: words}`.") == "Write `{en: words}`."


def test_english_messages_read_the_same_without_a_language() -> None:
    assert str(plural("{count} row", "{count} rows", 1)) == "1 row"
    assert str(plural("{count} row", "{count} rows", 0)) == "0 rows"
    assert str(message("of {names}", names=Listing(("A", "B", "C")))) == "of A, B and C"


def test_equal_messages_are_one_in_a_set() -> None:
    assert len({message("{name}", name="A"), message("{name}", name="A")}) == 1
    assert len({message("{name}", name="A"), message("{name}", name="B")}) == 2


def test_a_letter_has_an_empty_line_between_its_paragraphs() -> None:
    assert (
        words("en").letter(message("Hello {name},", name="Ann"), "Bye.") == "Hello Ann,\n\nBye.\n"
    )
