"""Conditions and prefilled rows read earlier questions that exist."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.core.errors import message
from portal.questionnaire.checks.places import (
    PlacedCondition,
    PlacedQuestion,
    Reach,
    placed_conditions,
    placed_questions,
    placed_tests,
)
from portal.questionnaire.choices import column_of
from portal.questionnaire.conditions import references
from portal.questionnaire.definition import (
    All,
    Column,
    Condition,
    Not,
    Questionnaire,
    Some,
    Table,
)
from portal.questionnaire.faults import KeyPath, Problem, did_you_mean


def problems(questionnaire: Questionnaire) -> Iterator[Problem]:
    """Unknown, forward and circular references, empty groups, and prefills that do not fit."""
    graph = _graph(questionnaire)
    for placed in placed_conditions(questionnaire):
        yield from _empty_groups(placed.path, placed.condition)
        for path, test in placed_tests(placed.path, placed.condition):
            if test.question is not None:
                yield from _reference_problems(graph, placed, path, test.question)
    for question in placed_questions(questionnaire):
        if isinstance(question.question, Table) and question.question.prefill is not None:
            yield from _prefill_problems(graph, question, question.question)


@dataclass(frozen=True, slots=True)
class _Graph:
    """Which question is shown by the answers to which others."""

    placed: Mapping[str, PlacedQuestion]
    reads: Mapping[str, frozenset[str]]

    def chain(self, start: str, end: str) -> list[str]:
        """The shortest way from one question over what it reads to another; empty if none."""
        ways = [[start]]
        seen = {start}
        for way in ways:
            if way[-1] == end:
                return way
            for step in sorted(self.reads.get(way[-1], frozenset()) - seen):
                seen.add(step)
                ways.append([*way, step])
        return []


def _graph(questionnaire: Questionnaire) -> _Graph:
    placed = {each.question.id: each for each in reversed(placed_questions(questionnaire))}
    reads: dict[str, set[str]] = {question_id: set() for question_id in placed}
    for section in questionnaire.sections:
        if section.show_if is not None:
            read = {test.question for test in references(section.show_if) if test.question}
            for question in section.questions:
                reads[question.id] |= read
    for each in placed_conditions(questionnaire):
        if each.owner is not None:
            reads[each.owner.id] |= {
                test.question for test in references(each.condition) if test.question
            }
    return _Graph(placed, {question_id: frozenset(read) for question_id, read in reads.items()})


def _empty_groups(path: KeyPath, condition: Condition) -> Iterator[Problem]:
    match condition:
        case All(all=parts) | Some(any=parts):
            key = "all" if isinstance(condition, All) else "any"
            if not parts:
                what = message("`{key}` has no conditions.", key=key)
                yield Problem((*path, key), what, message("Write at least one condition in it."))
            for i, part in enumerate(parts):
                yield from _empty_groups((*path, key, i), part)
        case Not(negated=part):
            yield from _empty_groups((*path, "not"), part)


def _reference_problems(
    graph: _Graph, placed: PlacedCondition, path: KeyPath, question_id: str
) -> Iterator[Problem]:
    target = graph.placed.get(question_id)
    path = (*path, "question")
    if target is None:
        yield _unknown_question(graph, path, question_id, placed.position)
    elif target.position < placed.position or placed.reach is Reach.SEGMENT:
        return
    elif placed.owner is None:
        yield _late_section(path, placed, target)
    elif placed.owner.id == question_id:
        what = message("{question} is shown by its own answer.", question=question_id)
        yield Problem(path, what, message("Refer to an earlier question, or remove the condition."))
    else:
        yield _late_question(graph, path, placed.owner.id, question_id)


def _late_section(path: KeyPath, placed: PlacedCondition, target: PlacedQuestion) -> Problem:
    if target.path[:2] == placed.path[:2]:
        what = message(
            "The section is shown by the answer to its own question {question}.",
            question=target.question.id,
        )
        return Problem(
            path,
            what,
            message("Move {question} to an earlier section.", question=target.question.id),
        )
    what = message(
        "The section is shown by the answer to {question}, which comes after it.",
        question=target.question.id,
    )
    return Problem(
        path, what, message("Move {question} to an earlier section.", question=target.question.id)
    )


def _late_question(graph: _Graph, path: KeyPath, owner: str, target: str) -> Problem:
    chain = graph.chain(target, owner)
    if chain:
        circle = " → ".join([owner, *chain])
        what = message(
            "{owner} and {target} are each shown by the answer to the other: {circle}.",
            owner=owner,
            target=target,
            circle=circle,
        )
        return Problem(path, what, message("Break the circle: remove one of the conditions."))
    what = message(
        "{owner} is shown by the answer to {target}, which comes after it.",
        owner=owner,
        target=target,
    )
    return Problem(
        path,
        what,
        message(
            "Move {target} before {owner}, or refer to an earlier question.",
            target=target,
            owner=owner,
        ),
    )


def _unknown_question(graph: _Graph, path: KeyPath, question_id: str, position: int) -> Problem:
    earlier = [each for each, placed in graph.placed.items() if placed.position < position]
    mend = did_you_mean(question_id, earlier, message("Write the id of an earlier question."))
    return Problem(
        path,
        message("There is no question `{question}`.", question=question_id),
        mend,
        about=question_id,
    )


def _prefill_problems(graph: _Graph, placed: PlacedQuestion, table: Table) -> Iterator[Problem]:
    prefill = table.prefill
    if prefill is None:
        return
    path = (*placed.path, "prefill")
    source = graph.placed.get(prefill.question)
    if source is None:
        yield _unknown_question(graph, (*path, "question"), prefill.question, placed.position)
    elif not isinstance(source.question, Table):
        what = message(
            "Rows start from a table, but {question} is none.", question=prefill.question
        )
        yield Problem((*path, "question"), what, message("Refer to an earlier table."))
    elif source.position >= placed.position:
        what = message(
            "The rows of {table} start from {question}, which does not come before.",
            table=table.id,
            question=prefill.question,
        )
        yield Problem(
            (*path, "question"),
            what,
            message("Move {earlier} before {later}.", earlier=prefill.question, later=table.id),
        )
    else:
        for own, other in prefill.columns.items():
            yield from _prefilled_column(
                (*path, "columns", own), table, own, source.question, other
            )
    if not prefill.columns:
        what = message("`prefill` names no columns.")
        yield Problem(
            (*path, "columns"), what, message("Write own column: column of the earlier table.")
        )


def _prefilled_column(
    path: KeyPath, table: Table, own: str, source: Table, other: str
) -> Iterator[Problem]:
    columns = {}
    for question, column_id in ((table, own), (source, other)):
        column = column_of(question, column_id)
        if column is None:
            names = [each.id for each in question.columns]
            what = message(
                "{question} has no column `{column}`.", question=question.id, column=column_id
            )
            yield Problem(
                path, what, did_you_mean(column_id, names, message("Name one of its columns."))
            )
        else:
            columns[question.id] = column
    if columns.keys() >= {table.id, source.id}:
        yield from _fit(path, columns[table.id], columns[source.id])


def _fit(path: KeyPath, own: Column, other: Column) -> Iterator[Problem]:
    options = {option.id for option in own.options}
    strange = [option.id for option in other.options if option.id not in options]
    if own.type is not other.type:
        what = message(
            "`{own}` is {type}, but starts from `{other}`, which is {other_type}.",
            own=own.id,
            type=own.type,
            other=other.id,
            other_type=other.type,
        )
        yield Problem(path, what, message("Give both columns the same type."))
    elif strange:
        what = message(
            "`{own}` does not have the option `{option}` that it may start from.",
            own=own.id,
            option=strange[0],
        )
        yield Problem(path, what, message("Give it all options of `{other}`.", other=other.id))
