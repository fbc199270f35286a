from dataclasses import replace

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.meaning import meaning_hash
from portal.questionnaire.subjects import assemble, parts
from tests.questionnaire.answers import TYPES


def with_question(**fields: object) -> Questionnaire:
    contents = parts(TYPES)
    return assemble(contents | {"question:A.01": contents["question:A.01"] | fields})


def test_an_estimate_or_an_editors_mark_has_no_meaning() -> None:
    clauses = [{"instrument": "ungp", "clause": "16", "verified": False}]
    for same in (
        with_question(minutes=9),
        with_question(clauses=clauses),
        with_question(competition_review="Asks no price."),
        with_question(text={"en": " Do you  have a policy? ", "fr": "Avez-vous une politique ?"}),
        replace(TYPES, version="1.0-b"),
    ):
        assert meaning_hash(same) == meaning_hash(TYPES)


def test_a_word_in_any_language_a_rule_or_a_type_is_meaning() -> None:
    hashes = {
        meaning_hash(other)
        for other in (
            TYPES,
            with_question(text={"en": "Have you a policy?", "fr": "Avez-vous une politique ?"}),
            with_question(text={"en": "Do you have a policy?", "fr": "Une politique ?"}),
            with_question(required=False),
            with_question(type="yes_no"),
            with_question(show_if={"question": "A.00", "==": "yes"}),
            with_question(confidentiality={"default": "public"}),
        )
    }
    assert len(hashes) == 7
