"""What every file for a spreadsheet program must keep to."""

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
"""A cell that begins so is taken for a formula; spreadsheets take the wide signs too."""


def inert(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
