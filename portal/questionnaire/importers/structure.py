"""The rows of the survey as a tree of groups, repeats and questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.core.errors import message
from portal.questionnaire.importers.report import Outcome
from portal.questionnaire.importers.tables import Account, Record
from portal.questionnaire.importers.vocabulary import Kind, kind_of

DEEPEST = 20
"""Groups inside of one another; what is deeper counts to the group of this depth."""
OFF = frozenset({"yes", "true", "true()", "1"})


@dataclass(slots=True, eq=False)
class Item:
    """One row of the survey, with the rows between its ``begin`` and ``end``."""

    record: Record
    kind: Kind
    list_name: str = ""
    has_other: bool = False
    children: "list[Item]" = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name in the form; may be empty."""
        return self.record.about

    def all_inside(self) -> Iterator["Item"]:
        """Every row below this one."""
        for child in self.children:
            yield child
            yield from child.all_inside()


def tree_of(records: Sequence[Record], account: Account) -> list[Item]:
    """The rows at the top of the form, each with those inside of it."""
    top: list[Item] = []
    open_lists, opened = [top], list[Item]()
    for record in records:
        record.about = record.get("name")
        kind, list_name, has_other = kind_of(record.get("type"))
        if record.get("disabled").casefold() in OFF:
            account.row(record, Outcome.NOT_CARRIED, message("The row is switched off."))
        elif kind is Kind.NOTHING:
            account.row(record, Outcome.NOT_CARRIED, message("The row has no type."))
        elif kind is Kind.END:
            _close(record, account, open_lists, opened)
        else:
            item = Item(record, kind, list_name, has_other)
            if kind not in {Kind.BEGIN_GROUP, Kind.BEGIN_REPEAT}:
                open_lists[-1].append(item)
                continue
            opened.append(item)
            if len(opened) > DEEPEST:
                what = message("Groups are nested too deeply: its rows count to the group around.")
                account.row(record, Outcome.CHANGED, what)
                open_lists.append(open_lists[-1])
            else:
                open_lists[-1].append(item)
                open_lists.append(item.children)
    for item in opened:
        what = message("The group has no end: it ends with the sheet.")
        account.row(item.record, Outcome.CHANGED, what)
    return top


def _close(
    record: Record, account: Account, open_lists: list[list[Item]], opened: list[Item]
) -> None:
    if not opened:
        account.row(record, Outcome.NOT_CARRIED, message("There is no group that ends here."))
        return
    begun = opened.pop()
    open_lists.pop()
    what = message("The end of what begins in row {row}.", row=begun.record.number)
    account.row(record, Outcome.CARRIED, what)
