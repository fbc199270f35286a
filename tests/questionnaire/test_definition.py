from portal.questionnaire.definition import ConfidentialityClass, localised
from tests.questionnaire.answers import ICT, TYPES


def test_classes_are_ordered_from_public_to_aggregate_only() -> None:
    widths = [each.width for each in ConfidentialityClass]
    assert widths == [5, 4, 3, 2, 1, 0]


def test_a_text_falls_back_to_the_base_language() -> None:
    assert localised({"en": "Yes", "fr": "Oui"}, "fr", "en") == "Oui"
    assert localised({"en": "Yes"}, "fr", "en") == "Yes"
    assert localised({}, "fr", "en") == ""


def test_questions_come_in_page_order() -> None:
    assert [question.id for question in TYPES.questions()][:6] == [
        *("A.01", "A.02", "A.03", "A.04", "A.05"),
        "B.01",
    ]


def test_a_question_is_found_by_its_id() -> None:
    found = ICT.question("A.03")
    assert found is not None
    assert found.type == "multi"
    assert ICT.question("Z.99") is None
