"""YAML files as plain values that know their place in the file.

Scalars follow the core schema of YAML 1.2: only ``true`` and ``false`` are booleans, so ``yes``
and ``no`` stay the option ids they are, and a date stays text. Anchors and aliases work; merge
keys and tags do not exist. PyYAML's C parser reads the file.
"""

import errno
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from portal.core.errors import Message, message
from portal.questionnaire.faults import Fault, KeyPath, Problem

MAX_VALUES = 200_000
"""Values in one file once its aliases are followed; the flagship has about 10,000."""

MAX_DEPTH = 100

CANNOT_READ = {
    errno.ENOENT: message("There is no such file."),
    errno.EISDIR: message("This is a folder, not a file."),
    errno.EACCES: message("The portal may not read this file."),
}

CORE_SCALARS = {
    "tag:yaml.org,2002:null": (r"^(?:~|null|Null|NULL|)$", [*"~nN", ""]),
    "tag:yaml.org,2002:bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", [*"tTfF"]),
    "tag:yaml.org,2002:int": (r"^[-+]?[0-9]{1,18}$", [*"-+0123456789"]),
    "tag:yaml.org,2002:float": (
        r"^[-+]?(?:\.[0-9]+|[0-9]{1,18}(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,2})?$",
        [*"-+.0123456789"],
    ),
}
STRING_TAG = "tag:yaml.org,2002:str"
BUILT_IN_TAGS = {*CORE_SCALARS, STRING_TAG, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class _Mark(Protocol):
    """A place in the file, counted from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _SyntaxWords:
    """Our words for what libyaml says; ``at_start`` of what it was reading, or where it stopped."""

    needle: str
    what: Message
    mend: Message
    at_start: bool = False


SYNTAX = (
    _SyntaxWords(
        "expected a single document",
        message("A second document begins here."),
        message("Remove the line `---`."),
    ),
    _SyntaxWords(
        "quoted scalar",
        message("The text in quotes that begins here does not end."),
        message("Close the quotes; write a quote inside of them twice."),
        at_start=True,
    ),
    _SyntaxWords(
        "flow",
        message("The bracket opened here is not closed rightly."),
        message("Close it, and put commas between."),
        at_start=True,
    ),
    _SyntaxWords(
        "mapping values are not allowed",
        message("The colon here stands where no key can be."),
        message("Put a text that has a colon in quotes, or mend the indentation."),
    ),
    _SyntaxWords(
        "while parsing a block",
        message("This line does not fit under the lines above it."),
        message("Indent it like its neighbours."),
    ),
    _SyntaxWords(
        "undefined alias", message("No anchor has this name."), message("Write the part out.")
    ),
)
OTHER_SYNTAX = _SyntaxWords(
    "",
    message("YAML cannot be read from here."),
    message("Check the indentation; put a text with a colon, `#`, a quote or a bracket in quotes."),
)
TAB = _SyntaxWords("", message("The line begins with a tab."), message("Indent with spaces only."))


class _CoreLoader(yaml.CSafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own way


for _tag, (_pattern, _first) in CORE_SCALARS.items():
    _CoreLoader.add_implicit_resolver(_tag, re.compile(_pattern), _first)


@dataclass(slots=True)
class Document:
    """A parsed file: its value, and every fault of the YAML itself."""

    path: Path
    value: Any = None
    root: Node | None = None
    faults: list[Fault] = field(default_factory=list)

    def place(self, problem: Problem) -> Fault:
        """The problem as a fault at its line; a missing key is placed at what should hold it."""
        return _fault(self.path, self._mark(problem.path), problem.what, problem.mend)

    def _mark(self, path: KeyPath) -> _Mark | None:
        node, mark = self.root, self.root.start_mark if self.root else None
        for step in path:
            if isinstance(node, MappingNode):
                pair = next((pair for pair in node.value if pair[0].value == str(step)), None)
                if pair is None:
                    break
                mark, node = pair[0].start_mark, pair[1]
            elif (
                isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value)
            ):
                node = node.value[step]
                mark = node.start_mark
            else:
                break
        return mark


def open_document(path: Path) -> Document:
    """Read and parse a file; whatever goes wrong is among the document's faults."""
    document = Document(path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        what = CANNOT_READ.get(error.errno or 0, message("The file cannot be read."))
        document.faults.append(
            Fault(path, 1, 1, what, message("Check its name and its permissions."))
        )
        return document
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        what = message("The file is not in UTF-8.")
        document.faults.append(
            Fault(path, line, 1, what, message("Save it with the encoding UTF-8."))
        )
        return document
    return parse(text, path)


def parse(text: str, path: Path) -> Document:
    """Parse a text that came from, or is called, ``path``; faults are among the document's."""
    document = Document(path)
    _parse(text.removeprefix("\ufeff"), document)
    return document


def scalar_of(text: str) -> str | None:
    """The one text in ``- key: text``, or None if that is not what was written."""
    try:
        root: Any = yaml.compose(text, Loader=_CoreLoader)
        scalar = root.value[0].value[0][1]
    except (yaml.YAMLError, AttributeError, IndexError, TypeError):
        return None
    return str(scalar.value) if scalar.tag == STRING_TAG else None


def _parse(text: str, document: Document) -> None:
    try:
        too_deep = _too_deep(document.path, text)
        if too_deep is None:
            document.root = yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        document.faults.append(_syntax_fault(document.path, text, error))
        return
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        what = message("The file has a control character that YAML does not allow.")
        document.faults.append(
            Fault(document.path, line, 1, what, message("Delete it or type it again."))
        )
        return
    if too_deep is not None:
        document.faults.append(too_deep)
        return
    if document.root is None:
        what = message("The file is empty.")
        mend = message(
            "Begin with `name:`, `version:`, `base_language:`, `languages:` and `title:`."
        )
        document.faults.append(Fault(document.path, 1, 1, what, mend))
        return
    reader = _Reader(document)
    document.value = reader.read(document.root)
    if reader.is_hopeless:
        document.root = None


def _fault(path: Path, mark: _Mark | None, what: Message, mend: Message) -> Fault:
    return (
        Fault(path, mark.line + 1, mark.column + 1, what, mend)
        if mark is not None
        else (Fault(path, 1, 1, what, mend))
    )


def _too_deep(path: Path, text: str) -> Fault | None:
    """A fault if the file nests so deeply that the C parser would run out of stack."""
    depth = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > MAX_DEPTH:
            what = message("The file nests more than {most} levels deep.", most=MAX_DEPTH)
            return _fault(path, event.start_mark, what, message("Write it flatter."))
    return None


def _syntax_fault(path: Path, text: str, error: yaml.MarkedYAMLError) -> Fault:
    said = f"{error.context or ''} {error.problem or ''}"
    words = next((words for words in SYNTAX if words.needle in said), OTHER_SYNTAX)
    marks = (error.context_mark, error.problem_mark)
    mark = next((each for each in (marks if words.at_start else marks[::-1]) if each), None)
    if mark is not None and _begins_with_tab(text, mark):
        words = TAB
    return _fault(path, mark, words.what, words.mend)


def _begins_with_tab(text: str, mark: _Mark) -> bool:
    line = text.split("\n", mark.line + 1)[mark.line :][:1]
    return any(each[: mark.column + 1].strip(" ").startswith("\t") for each in line)


class _Read(NamedTuple):
    """A value, how many values are in it, and how many levels deep it is."""

    value: Any
    size: int = 1
    depth: int = 1


class _Reader:
    """Turns nodes into values, each node once, noting keys given twice."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.is_hopeless = False
        self._done: dict[int, _Read] = {}
        self._open: set[int] = set()

    def read(self, node: Node) -> object:
        """The node's value; None and a fault where it cannot be read."""
        found = self._read(node)
        if found.size > MAX_VALUES or found.depth > MAX_DEPTH:
            what = message("The aliases in this file unfold to far too many values.")
            self._give_up(node, what, message("Write the repeated parts out."))
        return found.value

    def _read(self, node: Node) -> _Read:
        if id(node) in self._open:
            what = message("An alias points at a part that it is inside of.")
            self._give_up(node, what, message("Write this part out."))
            return _Read(None)
        if id(node) not in self._done:
            self._open.add(id(node))
            self._done[id(node)] = self._read_new(node)
            self._open.discard(id(node))
        return self._done[id(node)]

    def _read_new(self, node: Node) -> _Read:
        if node.tag not in BUILT_IN_TAGS:
            self._fault(
                node,
                message("The tag `{tag}` is not used here.", tag=node.tag),
                message("Remove it."),
            )
        if isinstance(node, MappingNode):
            items = self._mapping(node)
            value: object = {key: item.value for key, item in items.items()}
            parts = list(items.values())
        elif isinstance(node, SequenceNode):
            parts = [self._read(item) for item in node.value]
            value = [part.value for part in parts]
        else:
            return _Read(_scalar(node))
        size = 1 + sum(part.size for part in parts)
        return _Read(value, size, 1 + max((part.depth for part in parts), default=0))

    def _mapping(self, node: MappingNode) -> dict[str, _Read]:
        items: dict[str, _Read] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                self._fault(key, message("A key must be a word."), message("Write `key: value`."))
            elif key.value in items:
                what = message(
                    "The key `{value}` is given twice in the same place.", value=key.value
                )
                self._fault(key, what, message("Keep one of the two."))
            else:
                items[key.value] = self._read(item)
        return items

    def _give_up(self, node: Node, what: Message, mend: Message) -> None:
        if not self.is_hopeless:
            self._fault(node, what, mend)
        self.is_hopeless = True

    def _fault(self, node: Node, what: Message, mend: Message) -> None:
        self.document.faults.append(_fault(self.document.path, node.start_mark, what, mend))


def _scalar(node: Node) -> object:
    match node.tag.rsplit(":", 1)[-1]:
        case "null":
            return None
        case "bool":
            return node.value.lower() == "true"
        case "int":
            return int(node.value)
        case "float":
            return float(node.value)
        case _:
            return node.value
