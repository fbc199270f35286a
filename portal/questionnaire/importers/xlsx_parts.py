"""The parts of a workbook that hold its texts, each read from its XML as it streams by."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from xml.parsers import expat

LONGEST_TEXT = 32_767
"""Characters of a cell, as Excel limits them."""
MAXIMUM_ROW = 1_048_576
MAXIMUM_COLUMN = 16_384

ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
QUOTED = re.compile(r"\"[^\"]*\"|\\.|\[[^\]]*\]|_.|\*.")
"""Parts of a number format that do not say what is shown."""
LINE_ENDS = str.maketrans({"\r": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})

DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in number formats of days and times (ECMA-376 part 1, 18.8.30)."""
PERCENT_FORMATS = frozenset({"9", "10"})
"""Built-in number formats of percentages (as above)."""
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's days have no time zone
EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - as above


class Part:
    """Reads one part: elements and attributes by their local names."""

    elements = 0
    """How many have begun."""

    def parser(self) -> expat.XMLParserType:
        """A parser that feeds this part. A document type is refused: no workbook has one."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        return parser

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, content: str) -> None:
        """Characters between elements."""

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def _end(self, name: str) -> None:
        self.end(_local(name))

    def _refuse(self, *_: object) -> None:
        raise ValueError


class Relations(Part):
    """Which parts a part refers to: path as written and kind, by id."""

    def __init__(self) -> None:
        self.targets: dict[str, tuple[str, str]] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note a relation inside of the archive."""
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes["Type"].rsplit("/", 1)[-1]
            self.targets[attributes["Id"]] = (attributes["Target"], kind)


class Contents(Part):
    """The sheets' names and relations, and from when days are counted."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.since_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note a sheet, or the properties of the workbook."""
        if name == "sheet":
            self.sheets.append((cleaned(attributes["name"]), attributes["id"]))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true"}


class Strings(Part):
    """The texts that cells share."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._reads = False
        self._is_reading_aid = False

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002 - as declared
        """Begin a text; how it is pronounced is none of it."""
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._is_reading_aid = True
        self._reads = name == "t" and not self._is_reading_aid

    def end(self, name: str) -> None:
        """Keep a whole text."""
        self._reads = False
        if name == "rPh":
            self._is_reading_aid = False
        elif name == "si":
            self.strings.append(cleaned("".join(self._pieces)))

    def text(self, content: str) -> None:
        """Characters of a text."""
        if self._reads:
            self._pieces.append(content)


class Styles(Part):
    """Which cell formats show days or times."""

    def __init__(self) -> None:
        self.formats: dict[str, str] = {}
        self.used: list[str] = []
        self._is_cell_format = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Note a number format, or that a cell format uses one."""
        if name == "numFmt":
            self.formats[attributes["numFmtId"]] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._is_cell_format = True
        elif name == "xf" and self._is_cell_format:
            self.used.append(attributes.get("numFmtId", "0"))

    def end(self, name: str) -> None:
        """The cell formats end."""
        if name == "cellXfs":
            self._is_cell_format = False

    def days(self) -> list[bool]:
        """By cell format: whether its numbers are days or times."""
        return [self._is_day(number) for number in self.used]

    def shares(self) -> list[bool]:
        """By cell format: whether its numbers are shown as percentages, 0.45 as 45%."""
        return [
            number in PERCENT_FORMATS or "%" in QUOTED.sub("", self.formats.get(number, ""))
            for number in self.used
        ]

    def _is_day(self, number: str) -> bool:
        if number not in self.formats:
            return number.isdecimal() and int(number[:4]) in DAY_FORMATS
        shown = QUOTED.sub("", self.formats[number]).casefold()
        return "general" not in shown and any(letter in "ymdhs" for letter in shown)


class Cells(Part):
    """The cells of a sheet that hold anything, as text."""

    MOST: ClassVar[int] = 20_000_000
    """Characters of all cells, an empty one counted as 50: enough for 400,000 cells."""
    CELL: ClassVar[int] = 50

    def __init__(
        self,
        strings: Sequence[str],
        days: Sequence[bool],
        shares: Sequence[bool] = (),
        *,
        since_1904: bool,
    ) -> None:
        self.rows: dict[int, dict[int, str]] = {}
        self.unread: dict[tuple[int, int], str] = {}
        self.formulas: set[tuple[int, int]] = set()
        self.weight = 0
        self._strings, self._days, self._shares = strings, days, shares
        self._epoch = EPOCH_1904 if since_1904 else EPOCH
        self._row = self._column = 0
        self._kind = self._style = ""
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._reads: list[str] | None = None
        self._is_reading_aid = False

    @property
    def is_too_large(self) -> bool:
        """Whether reading has stopped."""
        return self.weight > self.MOST

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row or a cell, which say where they stand or else follow the one before."""
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            self._place(attributes.get("r"))
            self._kind = attributes.get("t", "n")
            self._style = attributes.get("s", "0")
            self._value, self._formula = [], None
        elif name == "rPh":
            self._is_reading_aid = True
        self._reads = None
        if name == "f":
            self._reads = self._formula = []
        elif name in {"v", "t"} and not self._is_reading_aid:
            self._reads = self._value

    def end(self, name: str) -> None:
        """Keep a cell that holds anything."""
        self._reads = None
        if name == "rPh":
            self._is_reading_aid = False
        elif name == "c" and not self.is_too_large:
            self._keep("".join(self._value), "".join(self._formula or ()))

    def text(self, content: str) -> None:
        """Characters of a value or of a formula."""
        if self._reads is not None:
            self._reads.append(content)

    def _keep(self, raw: str, formula: str) -> None:
        """Note the cell's content; a fault, or a formula without a value, as not read.

        Programs that do not calculate leave the value of a formula out; a text that was
        calculated may be empty.
        """
        is_fault = self._kind == "e"
        content = "" if is_fault else self._content(raw).strip() if raw else ""
        unread = cleaned(raw) if is_fault else ""
        if self._formula is not None and not raw and self._kind != "str":
            unread = f"={cleaned(formula)}"
        if content and self._formula is not None:
            self.formulas.add((self._row, self._column))
        if content:
            self.rows.setdefault(self._row, {})[self._column] = content
        elif unread:
            self.unread[self._row, self._column] = unread
        if content or unread:
            self.weight += self.CELL + len(content) + len(unread)
        if len(content) > LONGEST_TEXT or len(unread) > LONGEST_TEXT:
            self.weight = self.MOST + 1

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            match = REFERENCE.fullmatch(reference)
            if match is None:
                raise ValueError(reference)
            self._row, self._column = int(match[2]), column_number(match[1])
        if not (0 < self._row <= MAXIMUM_ROW and self._column <= MAXIMUM_COLUMN):
            raise ValueError(reference)

    def _content(self, raw: str) -> str:
        match self._kind:
            case "s":
                return self._strings[int(raw)]
            case "b":
                return "TRUE" if raw.strip() in {"1", "true"} else "FALSE"
            case "n":
                return self._number(raw.strip())
            case _:
                return cleaned(raw)

    def _number(self, raw: str) -> str:
        if not raw:
            return ""
        number = float(raw)
        style = int(self._style)
        if style < len(self._days) and self._days[style]:
            return self._moment(number)
        if style < len(self._shares) and self._shares[style]:
            return f"{number * 100:.13g}%"
        return f"{number:.15g}"

    def _moment(self, number: float) -> str:
        try:
            # To the second: a day's fraction is not exact.
            moment = self._epoch + timedelta(seconds=round(number * 86_400))
        except (OverflowError, ValueError):
            return f"{number:.15g}"
        if 0 <= number < 1:
            return moment.time().isoformat()
        if number.is_integer():
            return moment.date().isoformat()
        return moment.isoformat(sep=" ")


def cleaned(text: str) -> str:
    """Text without the signs that no text for people has; line ends become one sign."""
    return plain(ESCAPE.sub(_unescaped, text))


def plain(text: str) -> str:
    """The same for a text in which nothing is escaped: how a text reads that was written."""
    text = text.replace("\r\n", "\n").translate(LINE_ENDS)
    if text.isprintable():
        return text
    return "".join(letter for letter in text if letter in "\n\t" or _is_text(letter))


def column_number(letters: str) -> int:
    """``A`` is 1, ``AA`` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """27 is ``AA``."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _unescaped(match: re.Match[str]) -> str:
    """Excel writes signs that XML cannot hold by their number; half of a pair is no sign."""
    code = int(match[1], 16)
    return "" if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - the surrogates


def _is_text(letter: str) -> bool:
    return unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in "\ufffe\uffff"


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
