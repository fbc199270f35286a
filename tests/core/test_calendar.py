"""Calendar files: read back by rules of their own, whatever was typed into them."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.core.calendar import Entry, calendar_file, one_line, sequence_at
from portal.core.errors import message
from portal.core.words import words

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
CLOSING = datetime(2026, 12, 10, 16, 0, tzinfo=UTC)
CONTENT_LINE = re.compile(
    r"(?P<name>[A-Z-]+)(?P<parameters>(;[A-Z-]+=[A-Za-z0-9-]+)*):(?P<value>.*)"
)
"""RFC 5545, 3.1: name *(";" param) ":" value, without quoted parameters, which we do not use."""
ESCAPE = re.compile(r"\\([\\;,nN])")
SHAPE = ["BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD"]


def lines(file: str) -> Iterator[tuple[str, str, str]]:
    """(name, parameters, value) of the unfolded lines; every rule of the form is asserted."""
    assert file.endswith("\r\n")
    physical = file.removesuffix("\r\n").split("\r\n")
    for line in physical:
        assert len(line.encode()) <= 75
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]", line)
    for line in "\r\n".join(physical).replace("\r\n ", "").split("\r\n"):
        found = CONTENT_LINE.fullmatch(line)
        assert found is not None, line
        yield found["name"], found["parameters"], found["value"]


def text(value: str) -> str:
    """A TEXT value without its escapes; a bare separator would have begun another value."""
    assert not re.search(r"(?<!\\)(\\\\)*[;,]", value), value
    return ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def events(file: str) -> list[dict[str, tuple[str, str]]]:
    """The events, by property: (parameters, value)."""
    found = list(lines(file))
    assert [name for name, _, _ in found[:5]] == SHAPE
    assert found[0][2] == found[-1][2] == "VCALENDAR"
    inner = found[5:-1]
    made: list[dict[str, tuple[str, str]]] = []
    for name, parameters, value in inner:
        if name == "BEGIN":
            made.append({})
        elif name != "END":
            assert name not in made[-1], "a property stands once"
            made[-1][name] = (parameters, value)
    assert sum(name == "END" for name, _, _ in inner) == len(made)
    return made


def entry(summary: str = "Answers are due", **changes: object) -> Entry:
    values = {"uid": "a@parley", "sequence": 0, "due": CLOSING, "summary": summary, **changes}
    return Entry(**values)  # type: ignore[arg-type]  # a test's shorthand


def test_an_instant_a_day_and_a_number_are_written_as_the_standard_asks() -> None:
    address = "https://parley.example/dialogues/demo"
    file = calendar_file(
        [entry(url=address, sequence=3), entry(due=date(2026, 12, 8), uid="b@parley")],
        words("en"),
        now=NOW,
    )
    first, second = events(file)
    assert first["DTSTART"] == ("", "20261210T160000Z")
    assert first["DTSTAMP"] == ("", "20260901T090000Z")
    assert (first["SEQUENCE"][1], first["UID"][1], first["URL"][1]) == ("3", "a@parley", address)
    assert second["DTSTART"] == (";VALUE=DATE", "20261208")
    assert "METHOD:PUBLISH\r\n" in file


def test_the_words_are_in_the_readers_language() -> None:
    said = message("Answers to “{dialogue}” are taken until this time.", dialogue="Ökologie")
    (event,) = events(calendar_file([entry(description=said)], words("en"), now=NOW))
    assert text(event["DESCRIPTION"][1]) == "Answers to “Ökologie” are taken until this time."


@given(st.text(), st.text())
def test_no_text_adds_a_line_or_a_property(summary: str, description: str) -> None:
    hostile = f"{summary}\r\nEND:VEVENT\n ATTENDEE:x\u2028BEGIN:VALARM;\\,"
    made = entry(hostile, description=description or "-")
    (event,) = events(calendar_file([made], words("en"), now=NOW))
    assert event.keys() == {
        "UID",
        "DTSTAMP",
        "SEQUENCE",
        "DTSTART",
        "SUMMARY",
        "DESCRIPTION",
        "TRANSP",
    }
    assert text(event["SUMMARY"][1]) == one_line(hostile)
    unbroken = [one_line(line) for line in text(event["DESCRIPTION"][1]).split("\n")]
    assert " ".join(" ".join(unbroken).split()) == one_line(description or "-")


def test_a_later_change_has_a_higher_number() -> None:
    assert sequence_at(NOW) < sequence_at(NOW + timedelta(seconds=1)) < 2**31


def test_what_lasts_has_an_end_and_a_place_and_can_be_cancelled(now: datetime) -> None:
    entry = Entry(
        uid="session@parley",
        sequence=1,
        due=now,
        ends=now + timedelta(hours=2),
        summary="Session",
        place="Quay 1, Ghent\nATTENDEE:mailto:evil@example.org",
        cancelled=True,
    )
    lines = calendar_file([entry], words("en"), now=now).split("\r\n")
    assert "DTEND:20260901T110000Z" in lines
    assert "STATUS:CANCELLED" in lines
    assert "TRANSP:OPAQUE" in lines
    assert "LOCATION:Quay 1\\, Ghent ATTENDEE:mailto:evil@example.org" in lines
