"""Questionnaires as YAML text: the same questionnaire always gives the same bytes.

The shipped files are written in this form, so that a file that went through the editor and comes
back differs only where somebody changed something. Defaults are left out.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from portal.questionnaire.definition import Questionnaire
from portal.questionnaire.document import STRING_TAG, scalar_of
from portal.questionnaire.loader import ADAPTER

HEADER = "# yaml-language-server: $schema=../schema.json\n"
WIDTH = 100
SHORT = 72
"""Characters of a text or of a whole small mapping that still fit in one line."""

KEYS = (
    *("id", "name", "version", "base_language", "languages", "type", "title", "introduction"),
    *("why", "core", "text", "hint", "proof", "note", "instruments", "segments", "when"),
    *("all", "any", "not", "question", "row", "some_row", "column"),
    *("==", "!=", "in", "has", ">=", "need", "kinds", "default", "widest", "narrowest"),
    *("exclusive", "required", "unit", "minimum", "maximum", "maximum_length", "shapes"),
    *("minimum_rows", "maximum_rows", "prefill", "rows", "columns", "anchors", "options"),
    *("show_if", "row_show_if", "not_applicable", "evidence", "minutes", "confidentiality"),
    *("instrument", "clause", "verified", "valid_from", "valid_to", "clauses"),
    *("aggregate", "bands", "release", "competition_review", "sections", "questions"),
)
"""The order of keys; then come languages as the questionnaire lists them, then the alphabet."""
RANK = {key: rank for rank, key in enumerate(KEYS)}

IN_ONE_LINE = frozenset(
    {"show_if", "row_show_if", "when", "evidence", "confidentiality", "release", "prefill"}
)
"""Rules are written in braces, texts and lists of questions never."""
WHOLE_NUMBERS = frozenset({"minutes", "minimum", "maximum", "bands", ">="})
"""Measured in any number: ``2`` stands for ``2.0``. Elsewhere the two are different values."""


def to_yaml(questionnaire: Questionnaire) -> str:
    """The file's text, in UTF-8 when stored; ``read`` gives the same questionnaire back."""
    body = yaml.serialize(
        _Nodes(questionnaire.languages).mapping(_content(questionnaire)),
        Dumper=yaml.CSafeDumper,
        allow_unicode=True,
        width=WIDTH,
        line_break="\n",
    )
    return HEADER + _with_blank_lines(body)


def _content(questionnaire: Questionnaire) -> dict[str, Any]:
    """What differs from the defaults; a question's type is never one."""
    shown: dict[str, Any] = ADAPTER.dump_python(
        questionnaire, mode="json", by_alias=True, exclude_none=True, exclude_defaults=True
    )
    for section, written in zip(questionnaire.sections, shown["sections"], strict=True):
        for question, fields in zip(section.questions, written["questions"], strict=True):
            fields["type"] = question.type
    return shown


class _Nodes:
    """Makes the parts of the file; keys stand in one order, however they were stored."""

    def __init__(self, languages: Iterable[str]) -> None:
        tags = {tag: len(RANK) + place for place, tag in enumerate(languages)}
        self.rank = {**tags, **RANK}

    def mapping(self, content: Mapping[str, Any], *, flow: bool = False) -> MappingNode:
        last = len(self.rank)
        keys = sorted(content, key=lambda key: (self.rank.get(key, last), key))
        pairs: list[tuple[Node, Node]] = [
            (_scalar(key), self.node(key, content[key], flow=flow or key in IN_ONE_LINE))
            for key in keys
        ]
        return MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow)

    def node(self, key: str, value: object, *, flow: bool) -> Node:
        if isinstance(value, Mapping):
            return self.mapping(value, flow=flow)
        if isinstance(value, list):
            simple = not any(isinstance(item, dict | list) for item in value)
            items = [self.item(key, item, flow=flow) for item in value]
            return SequenceNode("tag:yaml.org,2002:seq", items, flow_style=flow or simple)
        if key in WHOLE_NUMBERS and isinstance(value, float) and value.is_integer():
            return _scalar(int(value))
        return _scalar(value)

    def item(self, key: str, item: object, *, flow: bool) -> Node:
        """An entry of a list; a small one, such as an option in one language, is one line."""
        if isinstance(item, Mapping):
            return self.mapping(item, flow=flow or _length(item) <= SHORT)
        return self.node(key, item, flow=flow)


def _length(value: object) -> int:
    """About how many characters the value takes in one line."""
    if isinstance(value, Mapping):
        return sum(len(str(key)) + _length(item) + 4 for key, item in value.items())
    if isinstance(value, list):
        return sum(_length(item) + 2 for item in value)
    return len(str(value))


def _scalar(value: object) -> ScalarNode:
    if isinstance(value, bool):
        return ScalarNode("tag:yaml.org,2002:bool", "true" if value else "false")
    if isinstance(value, int):
        return ScalarNode("tag:yaml.org,2002:int", str(value))
    if isinstance(value, float):
        return ScalarNode("tag:yaml.org,2002:float", _plain_float(value))
    text = str(value)
    folded = ScalarNode(STRING_TAG, text, style=">")
    if (len(text) > SHORT or "\n" in text) and _survives(folded):
        return folded
    plain = ScalarNode(STRING_TAG, text)
    return plain if _survives(plain) else ScalarNode(STRING_TAG, text, style='"')


def _plain_float(value: float) -> str:
    """Digits that the YAML core schema reads as the same number."""
    text = repr(value)
    if "e" not in text:
        return text
    if abs(value) < 1:
        return format(Decimal(text), "f")
    return text if "." in text else text.replace("e", ".0e")


def _survives(node: ScalarNode) -> bool:
    """Whether the style gives the text back; folding loses some spaces and line ends.

    It is tried as deep as texts stand in a file, since the indentation takes part in it.
    """
    key = ScalarNode(STRING_TAG, "en")
    inner = MappingNode("tag:yaml.org,2002:map", [(key, node)], flow_style=False)
    outer = SequenceNode("tag:yaml.org,2002:seq", [inner], flow_style=False)
    text = yaml.serialize(outer, Dumper=yaml.CSafeDumper, allow_unicode=True, width=WIDTH)
    written: str = node.value
    return scalar_of(text) == written


def _with_blank_lines(body: str) -> str:
    """An empty line before each section and each question; texts are indented deeper than both."""
    return "".join(_lines(body.splitlines(keepends=True)))


def _lines(lines: Iterable[str]) -> Iterable[str]:
    is_first = False
    for line in lines:
        if line.startswith(("- id:", "  - id:")) and not is_first:
            yield "\n"
        is_first = line.rstrip() in {"sections:", "  questions:", "instruments:", "segments:"}
        yield line
