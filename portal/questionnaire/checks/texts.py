"""Every text is there in every language, and no question is asked twice."""

import re
from collections.abc import Iterator, Sequence

from portal.core.errors import message
from portal.questionnaire.checks.places import PlacedQuestion, placed_columns, placed_questions
from portal.questionnaire.choices import options_of
from portal.questionnaire.definition import (
    Grid,
    Matrix,
    Maturity,
    Number,
    Option,
    Questionnaire,
    Text,
)
from portal.questionnaire.faults import KeyPath, Problem, listed

LANGUAGE_TAG = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


def problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Faults of the languages, of single texts, and texts that say the same twice."""
    yield from _language_problems(questionnaire)
    for path, text, needed in placed_texts(questionnaire):
        yield from _text_problems(questionnaire, path, text, needed=needed)
    yield from _same_questions(questionnaire)
    yield from _same_labels(questionnaire)


def placed_texts(questionnaire: Questionnaire) -> Iterator[tuple[KeyPath, Text, bool]]:
    """Every text with its place, and whether it must be there."""
    yield ("title",), questionnaire.title, True
    yield ("introduction",), questionnaire.introduction, False
    for i, instrument in enumerate(questionnaire.instruments):
        yield ("instruments", i, "title"), instrument.title, True
        yield ("instruments", i, "note"), instrument.note, False
    for i, segment in enumerate(questionnaire.segments):
        yield ("segments", i, "text"), segment.text, True
    for i, section in enumerate(questionnaire.sections):
        yield ("sections", i, "title"), section.title, True
        yield ("sections", i, "why"), section.why, False
    for placed in placed_questions(questionnaire):
        yield (*placed.path, "hint"), placed.question.hint, False
        yield (*placed.path, "proof"), placed.question.proof, False
        for path, text in question_texts(placed):
            yield path, text, True
        yield from _units(placed)


def _units(placed: PlacedQuestion) -> Iterator[tuple[KeyPath, Text, bool]]:
    if isinstance(placed.question, Number):
        yield (*placed.path, "unit"), placed.question.unit, True
    for path, column in placed_columns(placed):
        yield (*path, "unit"), column.unit, False


def question_texts(placed: PlacedQuestion) -> Iterator[tuple[KeyPath, Text]]:
    """What a question asks: its text and those of its options, rows, columns and anchors."""
    path, question = placed.path, placed.question
    yield (*path, "text"), question.text
    for list_path, options in _option_lists(placed):
        for i, option in enumerate(options):
            yield (*list_path, i, "text"), option.text
    for column_path, column in placed_columns(placed):
        yield (*column_path, "text"), column.text
    if isinstance(question, Maturity):
        for i, anchor in enumerate(question.anchors):
            yield (*path, "anchors", i), anchor


def _option_lists(placed: PlacedQuestion) -> Iterator[tuple[KeyPath, Sequence[Option]]]:
    yield (*placed.path, "options"), options_of(placed.question)
    if isinstance(placed.question, Matrix | Grid):
        yield (*placed.path, "rows"), placed.question.rows
    for column_path, column in placed_columns(placed):
        yield (*column_path, "options"), column.options


def _language_problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    languages = questionnaire.languages
    if not languages:
        yield Problem(
            ("languages",),
            message("There are no languages."),
            message("Write, for example, `[en]`."),
        )
    elif questionnaire.base_language not in languages:
        what = message(
            "The base language `{language}` is not among the languages.",
            language=questionnaire.base_language,
        )
        mend = message("Add `{language}` to `languages`.", language=questionnaire.base_language)
        yield Problem(("base_language",), what, mend)
    for i, language in enumerate(languages):
        if not LANGUAGE_TAG.match(language):
            what = message("`{language}` is not a language tag.", language=language)
            yield Problem(
                ("languages", i), what, message("Write, for example, `en`, `fr` or `pt-BR`.")
            )
        if language in languages[:i]:
            what = message("The language `{language}` is given twice.", language=language)
            yield Problem(("languages", i), what, message("Keep one of the two."))


def _text_problems(
    questionnaire: Questionnaire, path: KeyPath, text: Text, *, needed: bool
) -> Iterator[Problem]:
    if not text and not needed:
        return
    name = message("This text") if isinstance(path[-1], int) else f"`{path[-1]}`"
    missing = [each for each in dict.fromkeys(questionnaire.languages) if each not in text]
    if missing:
        mend = message("Add the wording in {languages}.", languages=listed(missing))
        yield Problem(
            path,
            message("{name} is missing in {languages}.", name=name, languages=listed(missing)),
            mend,
        )
    for language, wording in text.items():
        if not wording.strip():
            what = message("{name} is empty in `{language}`.", name=name, language=language)
            yield Problem((*path, language), what, message("Write the text, or remove the line."))
        if questionnaire.languages and language not in questionnaire.languages:
            what = message(
                "{name} has the language `{language}`, which the questionnaire does not have.",
                name=name,
                language=language,
            )
            mend = message(
                "Add `{language}` to `languages`, or remove this wording.", language=language
            )
            yield Problem((*path, language), what, mend)


def _same_questions(questionnaire: Questionnaire) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for placed in placed_questions(questionnaire):
        question = placed.question
        wording = _comparable(question.text.get(questionnaire.base_language, ""))
        first = seen.setdefault(wording, question.id)
        if wording and first != question.id:
            what = message(
                "{question} asks the same as {first}, word for word.",
                question=question.id,
                first=first,
            )
            mend = message("Remove one of them, or say how they differ.")
            yield Problem((*placed.path, "text"), what, mend)


def _same_labels(questionnaire: Questionnaire) -> Iterator[Problem]:
    for placed in placed_questions(questionnaire):
        for path, options in _option_lists(placed):
            seen: dict[str, str] = {}
            for i, option in enumerate(options):
                wording = _comparable(option.text.get(questionnaire.base_language, ""))
                first = seen.setdefault(wording, option.id)
                if wording and first != option.id:
                    what = message(
                        "`{option}` has the same text as `{first}`.", option=option.id, first=first
                    )
                    yield Problem((*path, i, "text"), what, message("Say how they differ."))


def _comparable(wording: str) -> str:
    return " ".join(wording.casefold().split())
