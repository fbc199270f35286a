"""What the schema refuses, in the words of somebody who writes a questionnaire."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias, get_args

from pydantic_core import ErrorDetails

from portal.core.errors import Message, message
from portal.questionnaire import definition
from portal.questionnaire.faults import (
    KeyPath,
    Problem,
    both,
    choose,
    did_you_mean,
    nearest,
)

SEE_README = message("See questionnaires/README.md for what can be written here.")
Said: TypeAlias = tuple[Message, Message]
"""What is wrong, and how to mend it."""


def problems_in(errors: list[ErrorDetails], value: object) -> list[Problem]:
    """One problem for each place that the schema refuses, in the order of the file."""
    found: dict[KeyPath, Problem] = {}
    for error in errors:
        path = _key_path(error["loc"], value)
        what, mend = _say(error, path)
        found.setdefault(path, Problem(path, what, mend))
    return list(found.values())


def _key_path(location: tuple[str | int, ...], value: Any) -> KeyPath:  # noqa: ANN401 - any YAML
    """The location without the names that the schema gives to its alternatives."""
    path: list[str | int] = []
    after_question = False
    for position, step in enumerate(location):
        if after_question:
            after_question = False
            continue
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            after_question = path[-1:] == ["questions"]
            value = value[step]
        elif position < len(location) - 1 or not isinstance(value, dict) or step == "[key]":
            continue
        path.append(step)
    return tuple(path)


def _keys_of_definitions() -> frozenset[str]:
    keys: set[str] = set()
    for each in vars(definition).values():
        if isinstance(each, type) and is_dataclass(each):
            keys.update(part.name for part in fields(each))
    renamed = {"equals", "differs", "one_of", "at_least", "negated"}
    return frozenset(keys - renamed | {"==", "!=", "in", ">=", "not"})


KNOWN_KEYS = _keys_of_definitions()
KEYS_OF_TYPE = {
    part.default: frozenset(other.name for other in fields(each))
    for each in get_args(get_args(definition.Question)[0])
    for part in fields(each)
    if part.name == "type"
}
"""The keys of a question, by its type."""


def _say(error: ErrorDetails, path: KeyPath) -> Said:
    kind, key = error["type"], path[-1] if path else ""
    for prefix, words in WORDS.items():
        if kind.startswith(prefix):
            return words(error, str(key))
    return message("The value of `{key}` does not fit.", key=key), SEE_README


def _input(error: ErrorDetails) -> str:
    return str(error["input"])


def _unknown_key(error: ErrorDetails, key: str) -> Said:
    if key in KNOWN_KEYS:
        mend = message("Remove it, or check the `type` and the indentation.")
        return message("`{key}` does not belong here.", key=key), mend
    known = KEYS_OF_TYPE.get("".join(map(str, error["loc"][-2:-1])), KNOWN_KEYS)
    mend = did_you_mean(key, known, both(message("Remove it."), SEE_README))
    return message("`{key}` is not known here.", key=key), mend


def _missing(error: ErrorDetails, key: str) -> Said:
    if error["loc"][-2:-1] == ("anchors",):
        return _anchors(error, key)
    lacking = str(error["loc"][-1])
    what = message("`{key}` is missing.", key=lacking)
    return what, both(message("Add `{key}:`.", key=lacking), SEE_README)


def _anchors(_error: ErrorDetails, _key: str) -> Said:
    what = message("A maturity question has exactly five anchors.")
    return what, message("Write one text for each of the levels 0 to 4, in this order.")


def _not_text(error: ErrorDetails, key: str) -> Said:
    value = error["input"]
    if key in {"==", "!="}:
        what = message("`{key}` takes one value.", key=key)
        return what, message("To compare with several values, use `in`.")
    if value is None and " " in key:
        what = message(
            "A comma ends a text inside of braces, so `{key}` is taken for a key.", key=key
        )
        return what, message("Put the whole text in quotes.")
    if value is None:
        what = message("`{key}` is empty.", key=key)
        return what, message("Write its text, or remove the line.")
    if isinstance(value, dict | list):
        what = message("`{key}` must be a single text.", key=key)
        return what, message("Write `{key}: words`.", key=key)
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    what = message("`{key}` must be text, but {value} is not.", key=key, value=shown)
    return what, message("Put it in quotes: {quoted}.", quoted=f'"{shown}"')


def _bad_id(error: ErrorDetails, key: str) -> Said:
    value = _input(error)
    name = key if not key.isdigit() else "id"
    if "." in value and "." not in (error.get("ctx") or {}).get("pattern", "").split("]", 1)[1]:
        what = message(
            "The {name} `{value}` has a dot, which joins a question to its row or column.",
            name=name,
            value=value,
        )
        return what, message("Write `{value}`.", value=value.replace(".", "_"))
    what = message("`{value}` cannot be an {name}.", value=value, name=name)
    return what, message(
        "Use letters A to Z, digits, `_` and `-`, beginning with a letter or a digit."
    )


def _too_long(error: ErrorDetails, key: str) -> Said:
    most = (error.get("ctx") or {}).get("max_length", "")
    what = message("`{key}` is longer than {maximum} characters.", key=key, maximum=most)
    return what, message("Shorten it.")


def _not_mapping(error: ErrorDetails, key: str) -> Said:
    if error["type"] == "dict_type":
        if key == "rows":
            return message("`rows` needs a comparison."), message('Write `rows: {">=": 1}`.')
        what = message("`{key}` needs a wording for each language.", key=key)
        return what, message("Write `{key}: {{en: words}}`.", key=key)
    if error["loc"][-1:] == ("test",):
        what = message("A condition is written with keys.")
        return what, message('Write, for example, `{question: A.01, "==": "yes"}`.')
    if not key:
        what = message("The file must begin with keys.")
        return what, message("Begin with `name:`, `version:` and `title:`.")
    if key.isdigit():
        return message("This entry must consist of keys with values."), SEE_README
    return message("`{key}` must consist of keys with values.", key=key), SEE_README


def _not_list(_error: ErrorDetails, key: str) -> Said:
    if key == "some_row":
        what = message("`some_row` is true or a list of rows.")
        return what, message("Write `some_row: true` or `[row, row]`.")
    what = message("`{key}` must be a list.", key=key)
    return what, message("Write `[one, two]`, or each entry on a line of its own after `- `.")


def _not_possible(error: ErrorDetails, key: str) -> Said:
    expected = str((error.get("ctx") or {}).get("expected", ""))
    words = expected.replace("'", "").replace(" or ", ", ").split(", ")
    given, mend = _input(error), choose(words)
    near = nearest(given, words)
    if near:
        mend = both(message("Did you mean `{word}`?", word=near), mend)
    if error["loc"][-1] == "[key]":
        key = str(error["loc"][-3])
    elif key.isdigit():
        return message("`{value}` is not possible in this list.", value=given), mend
    return message("`{value}` is not possible in `{key}`.", value=given, key=key), mend


def _bad_type(error: ErrorDetails, _key: str) -> Said:
    context = error.get("ctx") or {}
    types = str(context.get("expected_tags", "")).replace("'", "").split(", ")
    given = str(context.get("tag"))
    mend = did_you_mean(given, types, choose(types))
    return message("`{value}` is not a type of question.", value=given), mend


def _no_type(error: ErrorDetails, _key: str) -> Said:
    if isinstance(error["input"], dict):
        what = message("The question has no `type`.")
        return what, both(message("Add `{key}:`.", key="type"), SEE_README)
    return message("A question consists of keys with values."), SEE_README


def _number(error: ErrorDetails, key: str) -> Said:
    if key in {"==", "!="}:
        return _not_text(error, "==")
    if key == ">=":
        return message("`>=` takes a number, or the id of one option."), SEE_README
    what = message("`{key}` must be a number, but `{value}` is not.", key=key, value=_input(error))
    return what, message("Write digits, with a point for decimals and without a unit.")


def _boolean(error: ErrorDetails, key: str) -> Said:
    if key == "some_row":
        return _not_list(error, key)
    what = message(
        "`{key}` is either true or false, but not `{value}`.", key=key, value=_input(error)
    )
    return what, message("Write true or false.")


def _date(error: ErrorDetails, _key: str) -> Said:
    what = message("`{value}` is not a day of the calendar.", value=_input(error))
    return what, message("Write year, month and day, such as 2027-12-31.")


WORDS: dict[str, Callable[[ErrorDetails, str], Said]] = {
    "unexpected_keyword_argument": _unknown_key,
    "missing": _missing,
    "too_long": _anchors,
    "string_type": _not_text,
    "string_pattern_mismatch": _bad_id,
    "string_too_long": _too_long,
    "dict_type": _not_mapping,
    "mapping_type": _not_mapping,
    "dataclass_type": _not_mapping,
    "tuple_type": _not_list,
    "enum": _not_possible,
    "literal_error": _not_possible,
    "union_tag_invalid": _bad_type,
    "union_tag_not_found": _no_type,
    "model_attributes_type": _no_type,
    "bool": _boolean,
    "float": _number,
    "int": _number,
    "date": _date,
}
"""By the beginning of pydantic's name for the error."""
