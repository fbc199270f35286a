"""What the schema refuses, in the words of somebody who writes a questionnaire."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, get_args

from pydantic_core import ErrorDetails

from portal.questionnaire import definition
from portal.questionnaire.faults import KeyPath, Problem, choose, did_you_mean

SEE_README = "See questionnaires/README.md for what can be written here."


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


def _say(error: ErrorDetails, path: KeyPath) -> tuple[str, str]:
    kind, key = error["type"], path[-1] if path else ""
    for prefix, words in WORDS.items():
        if kind.startswith(prefix):
            return words(error, str(key))
    return f"The value of `{key}` does not fit.", SEE_README


def _unknown_key(error: ErrorDetails, key: str) -> tuple[str, str]:
    if key in KNOWN_KEYS:
        mend = "Remove it, or check the `type` and the indentation."
        return f"`{key}` does not belong here.", mend
    known = KEYS_OF_TYPE.get("".join(map(str, error["loc"][-2:-1])), KNOWN_KEYS)
    return f"`{key}` is not known here.", did_you_mean(key, known, f"Remove it. {SEE_README}")


def _missing(error: ErrorDetails, key: str) -> tuple[str, str]:
    if error["loc"][-2:-1] == ("anchors",):
        return _anchors(error, key)
    return f"`{error['loc'][-1]}` is missing.", f"Add `{error['loc'][-1]}:`. {SEE_README}"


def _anchors(_error: ErrorDetails, _key: str) -> tuple[str, str]:
    what = "A maturity question has exactly five anchors."
    return what, "Write one text for each of the levels 0 to 4, in this order."


def _not_text(error: ErrorDetails, key: str) -> tuple[str, str]:
    value = error["input"]
    if key in {"==", "!="}:
        return f"`{key}` takes one value.", "To compare with several values, use `in`."
    if value is None and " " in key:
        what = f"A comma ends a text inside of braces, so `{key}` is taken for a key."
        return what, "Put the whole text in quotes."
    if value is None:
        return f"`{key}` is empty.", "Write its text, or remove the line."
    if isinstance(value, dict | list):
        return f"`{key}` must be a single text.", f"Write `{key}: words`."
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{key}` must be text, but {shown} is not.", f'Put it in quotes: "{shown}".'


def _bad_id(error: ErrorDetails, key: str) -> tuple[str, str]:
    value = str(error["input"])
    name = key if not key.isdigit() else "id"
    if "." in value and "." not in (error.get("ctx") or {}).get("pattern", "").split("]", 1)[1]:
        what = f"The {name} `{value}` has a dot, which joins a question to its row or column."
        return what, f"Write `{value.replace('.', '_')}`."
    what = f"`{value}` cannot be an {name}."
    return what, "Use letters A to Z, digits, `_` and `-`, beginning with a letter or a digit."


def _too_long(error: ErrorDetails, key: str) -> tuple[str, str]:
    most = (error.get("ctx") or {}).get("max_length", "")
    return f"`{key}` is longer than {most} characters.", "Shorten it."


def _not_mapping(error: ErrorDetails, key: str) -> tuple[str, str]:
    if error["type"] == "dict_type":
        if key == "rows":
            return "`rows` needs a comparison.", 'Write `rows: {">=": 1}`.'
        return f"`{key}` needs a wording for each language.", f"Write `{key}: {{en: words}}`."
    if error["loc"][-1:] == ("test",):
        what = "A condition is written with keys."
        return what, 'Write, for example, `{question: A.01, "==": "yes"}`.'
    if not key:
        return "The file must begin with keys.", "Begin with `name:`, `version:` and `title:`."
    name = "This entry" if key.isdigit() else f"`{key}`"
    return f"{name} must consist of keys with values.", SEE_README


def _not_list(_error: ErrorDetails, key: str) -> tuple[str, str]:
    if key == "some_row":
        return "`some_row` is true or a list of rows.", "Write `some_row: true` or `[row, row]`."
    what = f"`{key}` must be a list."
    return what, "Write `[one, two]`, or each entry on a line of its own after `- `."


def _not_possible(error: ErrorDetails, key: str) -> tuple[str, str]:
    expected = str((error.get("ctx") or {}).get("expected", ""))
    words = expected.replace("'", "").replace(" or ", ", ").split(", ")
    mend = choose(words)
    near = did_you_mean(error["input"], words, "")
    name = "this list" if key.isdigit() else f"`{key}`"
    if error["loc"][-1] == "[key]":
        name = f"`{error['loc'][-3]}`"
    return f"`{error['input']}` is not possible in {name}.", f"{near} {mend}".strip()


def _bad_type(error: ErrorDetails, _key: str) -> tuple[str, str]:
    context = error.get("ctx") or {}
    types = str(context.get("expected_tags", "")).replace("'", "").split(", ")
    given = context.get("tag")
    mend = did_you_mean(given, types, choose(types))
    return f"`{given}` is not a type of question.", mend


def _no_type(error: ErrorDetails, _key: str) -> tuple[str, str]:
    if isinstance(error["input"], dict):
        return "The question has no `type`.", f"Add `type:`. {SEE_README}"
    return "A question consists of keys with values.", SEE_README


def _number(error: ErrorDetails, key: str) -> tuple[str, str]:
    if key in {"==", "!=", ">="}:
        return (
            _not_text(error, "==")
            if key != ">="
            else (
                "`>=` takes a number, or the id of one option.",
                SEE_README,
            )
        )
    what = f"`{key}` must be a number, but `{error['input']}` is not."
    return what, "Write digits, with a point for decimals and without a unit."


def _boolean(error: ErrorDetails, key: str) -> tuple[str, str]:
    if key == "some_row":
        return _not_list(error, key)
    return f"`{key}` is either true or false, but not `{error['input']}`.", "Write true or false."


def _date(error: ErrorDetails, _key: str) -> tuple[str, str]:
    what = f"`{error['input']}` is not a day of the calendar."
    return what, "Write year, month and day, such as 2027-12-31."


WORDS: dict[str, Callable[[ErrorDetails, str], tuple[str, str]]] = {
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
