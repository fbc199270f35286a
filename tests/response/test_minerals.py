"""CMRT and EMRT: which are read, what they are found to lack, what they say to our questions."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.core.db import Session
from portal.core.errors import Invalid
from portal.core.files import FileStore
from portal.questionnaire.importers.xlsx import read_sheets
from portal.response import operations, queries
from portal.response.intake import Intake, vet
from portal.response.loading import given_answers
from portal.response.minerals import KNOWN, Declaration, read_declaration
from portal.response.minerals_answers import answers_from
from portal.response.minerals_checks import findings
from portal.response.models import Evidence
from portal.response.models_sources import AnswerOrigin
from portal.response.operations import Decision, GivenTemplate
from tests import factories
from tests.questionnaire.answers import ICT
from tests.response.builders import Scene, draft
from tests.response.templates import GOOD, Template, emrt

TODAY = date(2026, 9, 1)
NOTHING = Decision(from_workbook=frozenset(), seen={})
SIX = ("Cobalt", "Copper", "Graphite", "Lithium", "Mica", "Nickel")


def declared(template: Template) -> Declaration:
    return read_declaration(read_sheets(template.bytes(), "template.xlsx"))


def rules(template: Template) -> list[str]:
    return [finding.rule for finding in findings(declared(template), TODAY)]


@pytest.mark.parametrize("revision", KNOWN["CMRT"])
def test_every_known_cmrt_is_read(revision: str) -> None:
    found = declared(Template(revision=revision))
    assert (found.label, found.day) == (f"CMRT {revision}", date(2026, 3, 12))
    assert found.company["company"] == "Brand NV"
    assert found.minerals == ("tantalum", "tin", "gold", "tungsten")
    assert found.questions["6"]["tin"].answer == "Greater than 90%"
    assert found.questions["6"]["tin"].where == "Declaration!D57"
    assert found.policies["B"].comment == "www.example.org"
    assert [each.facility_id for each in found.smelters] == ["CID000101", "CID000102"]
    assert findings(found, TODAY) == []


@pytest.mark.parametrize("revision", KNOWN["EMRT"])
def test_every_known_emrt_is_read(revision: str) -> None:
    minerals = SIX if revision.startswith("2") else ("Cobalt", "Mica")
    found = declared(emrt(revision, minerals))
    assert found.label == f"EMRT {revision}"
    assert found.minerals == tuple(each.lower() for each in minerals)
    assert findings(found, TODAY) == []


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (Template(revision="7.1"), r"CMRT revision 7\.1 is not known here; known: 6\.01"),
        (emrt("3.0", SIX), r"EMRT revision 3\.0 is not known here"),
        (Template(title="Cobalt Reporting Template (CRT)"), "Only CMRT and EMRT are read here"),
        (Template(title="A workbook"), "names neither"),
    ],
)
def test_what_is_not_known_is_refused_by_name(template: Template, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        declared(template)


def test_what_the_file_lacks_is_said_rule_by_rule() -> None:
    good = Template()
    gold = {"B": "Gold", "C": "Aurum Works", "E": "BELGIUM", "F": "CID000101"}
    for changes, expected in (
        ({"company": {8: " "}}, ["company"]),
        ({"company": {16: "nobody"}}, ["email"]),
        ({"company": {22: "soon"}}, ["date"]),
        ({"company": {22: date(2020, 1, 1)}}, ["old"]),
        ({"company": {22: date(2027, 1, 1)}}, ["future"]),
        ({"company": {9: "B. Product (or List of Products)"}}, ["products"]),
        ({"company": {9: "C. User defined"}}, ["scope_text"]),
        ({"answers": {**good.answers, "Tantalum": (None,)}}, ["declaration"]),
        ({"answers": {**good.answers, "Tin": GOOD[:7]}}, ["declaration"]),
        ({"policies": {**good.policies, "B": ("Yes", "")}}, ["policy_address"]),
        ({"policies": {**good.policies, "E": ("Yes, using other format (describe)", "")}},
         ["survey_format"]),
        ({"policies": {**good.policies, "G": ("", "")}}, ["policy"]),
        ({"smelters": [gold]}, ["smelters_missing"]),
        ({"smelters": [*good.smelters, {**gold, "B": "Tungsten"}]}, ["smelters_unused"]),
        ({"smelters": [*good.smelters, {**gold, "E": None, "F": "CID000103"}]}, ["country"]),
        ({"smelters": [*good.smelters, {**gold, "E": "ATLANTIS", "F": "CID000103"}]},
         ["country_name"]),
        ({"smelters": [*good.smelters, {**gold, "F": "1234"}]}, ["cid"]),
        ({"smelters": [*good.smelters, {**gold, "B": "Platinum"}]}, ["metal"]),
        ({"smelters": [*good.smelters, gold]}, ["twice"]),
        ({"smelters": [*good.smelters, {**gold, "C": "Smelter not listed", "F": "CID000104"}]},
         ["smelter_name"]),
    ):  # fmt: skip
        assert rules(replace(good, **changes)) == expected, changes


def test_the_answers_are_those_of_the_minerals_that_the_file_is_about() -> None:
    said = {key: each.value for key, each in answers_from(declared(Template()), ICT).items()}
    assert said["I.01"] == {"tin": "yes", "tantalum": "no", "tungsten": "no", "gold": "yes"}
    assert said["I.02"] == {"tin": "yes", "gold": "yes"}
    assert said["I.05"] == {"tin": "over_90", "gold": "over_90"}
    assert said["I.06"] == [
        {
            "mineral": "gold",
            "smelter": "Aurum Works",
            "facility_id": "CID000101",
            "country": "BE",
            "recycled_only": "yes",
        },
        {
            "mineral": "tin",
            "smelter": "Stannum Works",
            "facility_id": "CID000102",
            "country": "KR",
        },
    ]
    assert "I.09" not in said
    extended = {
        key: each.value for key, each in answers_from(declared(emrt("2.0", SIX)), ICT).items()
    }
    assert extended["I.05"]["cobalt"] == "all"
    assert extended["I.09"]["mica"] == {"share": 100}


@pytest.fixture
def flagship(session: Session, now: datetime) -> Scene:
    """A supplier that has begun to answer the whole questionnaire."""
    dialogue = factories.published(session, path=factories.FLAGSHIP, now=now)
    signatory = factories.supplier(session, dialogue, now=now)
    response = factories.response(session, dialogue, signatory, now=now)
    return Scene(session, dialogue, signatory, response, now)


def test_both_files_together_suggest_all_minerals_and_nothing_is_confirmed(
    flagship: Scene, tmp_path: Path
) -> None:
    store = FileStore(tmp_path)
    for template in (Template(), emrt("2.0", SIX)):
        done = take(flagship, give(flagship, template, store), uses_file=True)
        assert {"I.01", "I.02", "I.05", "I.06"} <= set(done.suggested)
    answers = given_answers(flagship.session, flagship.response.id)
    assert len(answers["I.01"].value) == 10
    assert len(answers["I.06"].value) == 8
    assert answers["I.06"].is_suggested
    assert answers["I.03"].value == "provided"
    labels = dict(
        flagship.session.execute(select(AnswerOrigin.question_id, AnswerOrigin.label)).all()
    )
    assert labels["I.01"] == "CMRT 6.4 of 12 March 2026, EMRT 2.0 of 12 March 2026"
    assert labels["I.09"] == "EMRT 2.0 of 12 March 2026"
    kinds = list(flagship.session.scalars(select(Evidence.document_kind)))
    assert kinds == ["minerals", "minerals"]


def test_an_answer_that_is_there_is_changed_only_by_choice(flagship: Scene) -> None:
    flagship.save("A", A_03=["brand"])
    flagship.save("I", I_01={"tin": "no", "cobalt": "yes"})
    import_id = give(flagship, Template())
    report = queries.minerals_report(
        flagship.session, flagship.signatory, flagship.response.id, import_id, today=TODAY
    )
    (contested,) = [each for each in report.answers if not each.is_new]
    assert (contested.question.id, contested.mine.value["tin"]) == ("I.01", "yes")
    assert contested.mine.value["cobalt"] == "yes"
    take(flagship, import_id)
    assert given_answers(flagship.session, flagship.response.id)["I.01"].value["tin"] == "no"
    again = give(flagship, Template())
    chosen = Decision(from_workbook=frozenset({"I.01"}), seen={"I.01": 1})
    flagship.save("I", I_01=draft({"tin": "unknown"}, base_version=1))
    assert take(flagship, again, chosen).again == ("I.01",)
    seen = Decision(from_workbook=frozenset({"I.01"}), seen={"I.01": 2})
    assert take(flagship, again, seen).changed == ("I.01",)
    assert given_answers(flagship.session, flagship.response.id)["I.01"].value["tin"] == "yes"
    last = give(flagship, Template())
    assert take(flagship, last) == operations.TakenMinerals(suggested=(), changed=(), again=())


def give(scene: Scene, template: Template, store: FileStore | None = None) -> UUID:
    content = template.bytes()
    intake = Intake(store=store) if store else None
    file = vet(("template.xlsx", content), intake or Intake(store=FileStore(Path("unused"))))
    given = GivenTemplate(
        sheets=read_sheets(content, "template.xlsx"), file=file, sha256="0" * 64, intake=intake
    )
    return operations.read_template(
        scene.session, scene.signatory, scene.response.id, given, now=scene.now
    )


def take(
    scene: Scene, import_id: UUID, decision: Decision = NOTHING, *, uses_file: bool = False
) -> operations.TakenMinerals:
    return operations.take_minerals(
        scene.session,
        scene.signatory,
        scene.response.id,
        import_id,
        decision,
        uses_file=uses_file,
        now=scene.now,
    )
