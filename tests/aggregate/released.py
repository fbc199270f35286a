"""A questionnaire with texts meant to do harm, and a release document on it, without a database."""

from dataclasses import replace
from datetime import UTC, datetime

from portal.aggregate.disclosure import publish
from portal.aggregate.documents import Heading, ReleasedDocument, document, parse, text_hash
from portal.aggregate.policy import Audience
from portal.aggregate.proposals import ALL, Numbers, Question
from portal.aggregate.proposals import Column as Disclosed
from portal.questionnaire.definition import (
    Column,
    ColumnType,
    ConfidentialityClass,
    Grid,
    LongText,
    Matrix,
    Multi,
    Number,
    Option,
    Questionnaire,
    ReleaseRule,
    Section,
    Segment,
    YesNo,
)
from tests.aggregate.worlds import SEGMENTS, Fact, answers_of, bands_only, question_of

HOSTILE = (
    '=HYPERLINK("http://127.0.0.1/","x")', "+1+1", "-2+3", "@SUM(A1)", "\tTab", "\rReturn",
    '<script>alert("1")</script>', "http://127.0.0.1/", "=1+1", '"; DROP', "'=1", "Été, 日本",
)  # fmt: skip
CUT_OFF = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def _option(number: int, text: str) -> Option:
    return Option(id=("yes", "partly", "no")[number], text={"en": text})


QUESTIONNAIRE = Questionnaire(
    name="hostile",
    version="1.0",
    base_language="en",
    languages=("en", "fr"),
    title={"en": HOSTILE[0]},
    segments=tuple(Segment(id=name, text={"en": f"={name}"}) for name in SEGMENTS),
    sections=(
        Section(
            id="A",
            title={"en": HOSTILE[1], "fr": "Titre"},
            questions=(
                Multi(
                    id="A.01",
                    text={"en": HOSTILE[2], "fr": "Lesquels ?"},
                    options=tuple(_option(i, text) for i, text in enumerate(HOSTILE[:3])),
                ),
                Matrix(
                    id="A.02",
                    text={"en": HOSTILE[3]},
                    rows=(
                        Option(id="one", text={"en": HOSTILE[4]}),
                        Option(id="two", text={"en": HOSTILE[5]}),
                    ),
                    options=tuple(_option(i, text) for i, text in enumerate(HOSTILE[6:9])),
                ),
                LongText(id="A.03", text={"en": "In your words"}),
            ),
        ),
        Section(
            id="B",
            title={"en": HOSTILE[9]},
            questions=(
                Grid(
                    id="B.01",
                    text={"en": HOSTILE[10]},
                    rows=(Option(id="one", text={"en": HOSTILE[11]}),),
                    columns=(
                        Column(id="ready", type=ColumnType.YES_NO, text={"en": "=Ready"}),
                        Column(id="when", type=ColumnType.DATE, text={"en": "When"}),
                    ),
                ),
                YesNo(id="B.02", text={"en": "Never answered enough"}),
                Number(
                    id="B.03",
                    text={"en": "How many?"},
                    unit={"en": "=people"},
                    release=ReleaseRule(bands=(10, 20)),
                ),
            ),
        ),
        Section(id="C", title={"en": "Texts"}, questions=(LongText(id="C.01", text={"en": "?"}),)),
    ),
)


def released(audience: Audience = Audience.PUBLIC) -> ReleasedDocument:
    """The document: some questions exact, some in bands, one not shown."""
    opened = [_fact(i, ConfidentialityClass.PUBLIC) for i in range(7)]
    hidden = [_fact(i, ConfidentialityClass.AGGREGATE_ONLY) for i in range(24)]
    worlds = {
        "A.01": opened,
        "A.02.one": hidden,
        "A.02.two": [*hidden, *opened],
        "B.01.one.ready": hidden,
        "B.02": hidden[:3],
    }
    columns = {
        key: publish(_question(key, world), {}, bands_only)[audience].columns
        for key, world in worlds.items()
    }
    columns["B.03"] = tuple(_as_numbers(each) for each in columns["A.02.one"])
    heading = Heading(
        dialogue="market",
        number=1,
        cut_off=CUT_OFF,
        questionnaire={"name": "hostile", "version": "1.0", "sha256": "0" * 64},
        responses=32,
        groups=31,
        columns=[ALL, *SEGMENTS],
    )
    text = document(heading, audience, columns)
    return parse(text, text_hash(text))


def _question(key: str, world: list[Fact]) -> Question:
    question = question_of(world)
    options = ("yes", "no") if key.startswith("B") else question.options
    return Question(answers_of(world), options, question.columns)


def _as_numbers(column: Disclosed) -> Disclosed:
    """The same figures for a question that asks for a number, with median and quartiles."""
    bands = {"yes": "up to 10", "partly": "10–20", "no": "over 20"}
    cells = {bands[option]: cell for option, cell in column.cells.items()}
    return replace(column, cells=cells, numbers=Numbers(7.5, 9.0, 23.0))


def _fact(number: int, confidentiality: ConfidentialityClass) -> Fact:
    several = number % 5 == 0 and confidentiality is ConfidentialityClass.PUBLIC
    options = {"yes", "no"} if several else {("yes", "no", "yes", "partly")[number % 4]}
    segments = {"north"} if number % 2 else set[str]()
    return Fact(frozenset(options), confidentiality, frozenset(segments))
