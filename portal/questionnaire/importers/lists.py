"""The lists of choices: options with unique ids and texts, or plain yes and no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.core.errors import Invalid, message
from portal.questionnaire.definition import Option, Text
from portal.questionnaire.importers.names import Ids
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.tables import Account, Record, Table
from portal.questionnaire.importers.wordings import Distinct, Wordings, comparable

MOST_OPTIONS = 30_000
"""Options of a questionnaire, lists written out at each question that uses them."""

YES = frozenset(
    {
        *("yes", "oui", "ja", "si", "sì", "sí", "sim", "da", "tak", "ano", "áno", "igen", "evet"),
        *("ναι", "да", "так", "jā", "taip", "jah", "kyllä", "ndiyo"),
    }
)
NO = frozenset(
    {
        *("no", "non", "nein", "nee", "não", "nej", "nu", "nie", "ne", "nem", "hayır", "ei", "nē"),
        *("όχι", "нет", "ні", "hapana"),
    }
)
YES_NAMES = YES | {"y", "1", "true", "t"}
NO_NAMES = NO | {"n", "0", "2", "false", "f"}
TWO = 2


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen: the options, and which of them a name in the form stands for."""

    options: tuple[Option, ...]
    ids: Mapping[str, tuple[str, ...]]
    is_yes_no: bool = False

    def with_other(self, text: Text) -> "Choices":
        """With the option "other" at the end, unless there is one."""
        if "other" in self.ids:
            return self
        ids = Ids()
        for option in self.options:
            ids.take(option.id, "option")
        option_id = ids.take("other", "other")
        texts = Distinct(next(iter(text)))
        for each in self.options:
            texts.take(each.text)
        option = Option(id=option_id, text=texts.take(text))
        return Choices((*self.options, option), {**self.ids, "other": (option_id,)})


class Lists:
    """The lists of the sheet of choices, each made into options when it is first used."""

    def __init__(self, table: Table | None, wordings: Wordings) -> None:
        self._records: dict[str, list[Record]] = {}
        self._made: dict[str, Choices] = {}
        self._wordings = wordings
        self._option_count = 0
        self._is_yes_no: dict[str, bool] = {}
        for record in table.records if table is not None else ():
            record.about = record.get("name")
            name = record.get("list_name")
            if name:
                self._records.setdefault(name, []).append(record)

    def use(self, name: str, *, may_be_yes_no: bool = False) -> Choices | None:
        """The list for one more question; None if there is none, or nothing in it.

        Raises Invalid if the questionnaire grows too large.
        """
        if name not in self._records:
            return None
        is_yes_no = may_be_yes_no and self._says_yes_or_no(name)
        if is_yes_no:
            self._made.setdefault(f"{name} yes_no", self._yes_or_no(name))
            return self._made[f"{name} yes_no"]
        if name not in self._made:
            self._made[name] = self._options(name)
        self._option_count += len(self._made[name].options)
        if self._option_count > MOST_OPTIONS:
            raise Invalid(
                message(
                    "The questionnaire would have more than {most} options, each list counted "
                    "at every question that uses it: split the form.",
                    most=MOST_OPTIONS,
                )
            )
        return self._made[name]

    def report(self, account: Account) -> None:
        """Say of every choice what became of it, where that was not said yet."""
        for name, records in self._records.items():
            options, yes_no = self._made.get(name), self._made.get(f"{name} yes_no")
            for record in records:
                if account.has_row(record):
                    continue
                given = record.get("name") or _first_wording(record)
                if options is None and yes_no is None:
                    what = message("No question that is carried uses the list “{list}”.", list=name)
                    account.row(record, Outcome.NOT_CARRIED, what)
                    continue
                made = options or yes_no
                ids = made.ids.get(given, ()) if made is not None else ()
                what = message(
                    "An option of the list “{list}”: {ids}.", list=name, ids=", ".join(ids)
                )
                outcome = Outcome.CARRIED if given in ids else Outcome.CHANGED
                account.row(record, outcome, what)

    def _says_yes_or_no(self, name: str) -> bool:
        if name not in self._is_yes_no:
            self._is_yes_no[name] = _is_yes_and_no(self._records[name])
        return self._is_yes_no[name]

    def _yes_or_no(self, name: str) -> Choices:
        ids = {
            given: ("yes" if given.casefold() in YES_NAMES else "no",)
            for given in (record.get("name") for record in self._records[name])
        }
        for record in self._records[name]:
            self._wordings.read(record, "label")
        return Choices((), ids, is_yes_no=True)

    def _options(self, name: str) -> Choices:
        ids, names = Ids(), dict[str, tuple[str, ...]]()
        options: list[Option] = []
        base = self._wordings.languages.base
        texts = Distinct(base)
        known: dict[tuple[str, str], Record] = {}
        for record in self._records[name]:
            given = record.get("name") or _first_wording(record)
            if not given:
                what = message("It has neither a name nor a label.")
                self._wordings.account.row(record, Outcome.NOT_CARRIED, what)
                continue
            text = self._wordings.read(record, "label", instead=given)
            first = known.setdefault((given, comparable(text[base])), record)
            if first is not record:
                what = message("The same choice as in row {row}.", row=first.number)
                self._wordings.account.row(record, Outcome.CHANGED, what)
                continue
            option_id = ids.take(given, "option")
            text = self._told_apart(record, text, texts)
            options.append(Option(id=option_id, text=text))
            names[given] = (*names.get(given, ()), option_id)
        return Choices(tuple(options), names)

    def _told_apart(self, record: Record, text: Text, texts: Distinct) -> Text:
        """The text, with a number if an option before it has the same."""
        base = self._wordings.languages.base
        distinct = texts.take(text)
        if distinct != text:
            what = message(
                "Another choice has the same text: it became “{text}”.", text=distinct[base]
            )
            self._wordings.account.cell(record, "label", Outcome.CHANGED, what)
        return distinct


def _is_yes_and_no(records: Sequence[Record]) -> bool:
    """Two choices that are named, and called, yes and no: nothing more is said by their labels."""
    names = [record.get("name").casefold() for record in records]
    labels = [
        [record.cells[heading].strip(" .!").casefold() for heading in record.headings("label")]
        for record in records
    ]
    if len(records) != TWO:
        return False
    for yes, no in ((0, 1), (1, 0)):
        if names[yes] not in YES_NAMES or names[no] not in NO_NAMES:
            continue
        if any(" " in label for each in labels for label in each):
            return False
        is_called = bool(set(labels[yes]) & YES) and bool(set(labels[no]) & NO)
        return is_called or (names[yes] in YES and names[no] in NO)
    return False


def _first_wording(record: Record) -> str:
    return next((record.cells[heading] for heading in record.headings("label")), "")
