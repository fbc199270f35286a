import pytest

from portal.core.errors import Invalid, NotNow, Refused
from portal.identity.roles import Role
from portal.response import operations
from portal.response.operations import Words
from tests.response.builders import Scene


def words(text: str = "use longer. Pay for repair", question_id: str = "D.02") -> Words:
    return Words(question_id=question_id, text=text)


def test_the_signatory_lets_exact_words_be_quoted(ready: Scene) -> None:
    submission = ready.submit()
    quote = operations.release_quote(
        ready.session, ready.signatory, submission.id, words(), now=ready.now
    )
    assert (quote.text, quote.named) == ("use longer. Pay for repair", False)
    assert quote.submission_id == submission.id


@pytest.mark.parametrize(
    "wrong",
    [
        words("Use longer. Pay for repair"),
        words(" "),
        words("yes", "B.01"),
        words("x", "D.01"),
    ],
)
def test_other_words_and_other_questions_are_refused(ready: Scene, wrong: Words) -> None:
    submission = ready.submit()
    with pytest.raises(Invalid):
        operations.release_quote(
            ready.session, ready.signatory, submission.id, wrong, now=ready.now
        )


def test_nobody_else_releases_a_quote(ready: Scene) -> None:
    submission = ready.submit()
    for actor in (
        ready.colleague(Role.SUPPLIER_ADMIN),
        ready.person(Role.SUPPLIER_SIGNATORY),
        ready.person(Role.LEAD_BUYER),
        ready.person(Role.SECRETARIAT),
    ):
        with pytest.raises(Refused):
            operations.release_quote(ready.session, actor, submission.id, words(), now=ready.now)


def test_nothing_is_quoted_from_withdrawn_answers(ready: Scene) -> None:
    submission = ready.submit()
    operations.withdraw(ready.session, ready.signatory, ready.response.id, reason="", now=ready.now)
    with pytest.raises(NotNow):
        operations.release_quote(
            ready.session, ready.signatory, submission.id, words(), now=ready.now
        )
