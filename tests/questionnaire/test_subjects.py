import pytest
from hypothesis import given

from portal.core.errors import Invalid
from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.subjects import (
    HEAD,
    ORDER,
    assemble,
    content_of,
    flatten,
    kind_of,
    part_of,
    parts,
    unflatten,
)
from tests.questionnaire.answers import TYPES
from tests.questionnaire.questionnaires import questionnaires


@given(questionnaire=questionnaires())
def test_a_questionnaire_taken_apart_is_put_together_again(questionnaire: Questionnaire) -> None:
    assert assemble(parts(questionnaire)) == questionnaire


@given(questionnaire=questionnaires())
def test_the_fields_of_every_part_make_the_part_again(questionnaire: Questionnaire) -> None:
    contents = parts(questionnaire)
    remade = {
        subject: content if subject == ORDER else unflatten(flatten(content))
        for subject, content in contents.items()
    }
    assert assemble(remade) == questionnaire


def test_fields_are_named_by_ids_and_languages() -> None:
    fields = flatten(content_of(TYPES, "question:A.05"))
    assert fields["options"] == ["tco", "epeat", "none"]
    assert fields["options/none/text/fr"] == "Aucun"
    assert fields["options/none/exclusive"] is True
    assert flatten(content_of(TYPES, "question:A.03"))["anchors/1/en"] == "Planned."


def test_a_condition_is_one_field() -> None:
    conditions = [
        field
        for subject, content in parts(TYPES).items()
        if subject != ORDER
        for field in flatten(content)
        if "show_if" in field or "when" in field
    ]
    assert conditions
    assert {field.rpartition("/")[2] for field in conditions} == {
        "show_if",
        "row_show_if",
        "when",
    } & {field.rpartition("/")[2] for field in conditions}


def test_what_does_not_fit_the_schema_is_one_sentence() -> None:
    contents = parts(TYPES)
    contents["question:A.01"] = contents["question:A.01"] | {"type": "riddle"}
    with pytest.raises(Invalid, match="riddle"):
        assemble(contents)


def test_a_subject_names_its_kind_and_part() -> None:
    assert kind_of(HEAD) == "head"
    section, question = part_of(TYPES, "section:A"), part_of(TYPES, "question:A.01")
    assert section is not None
    assert question is not None
    assert (section.id, question.id) == ("A", "A.01")
    assert part_of(TYPES, "question:Z.99") is None
    with pytest.raises(Invalid, match="chapter"):
        kind_of("chapter:1")
