"""A hint on the desk where a question touches what competitors must not tell each other."""

from portal.questionnaire.checks.competition import PATTERNS


def sensitive_word(text: str, language: str) -> str:
    """The first word about prices, margins, volumes, capacity or roadmaps; empty if none is found.

    The words are those of the questionnaire's check. A hint, not a bar: a question about the
    price of a seat on an audit does no harm.
    """
    pattern = PATTERNS.get(language.split("-", maxsplit=1)[0], PATTERNS["en"])
    found = pattern.search(text)
    return found[0] if found else ""
