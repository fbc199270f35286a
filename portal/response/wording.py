"""The words for the answers that every questionnaire shares: yes, partly, no (pure).

They are texts like those of a questionnaire, since they stand beside its options in releases.
"""

from collections.abc import Mapping

from portal.questionnaire.definition import Text

YES: Text = {"en": "Yes", "fr": "Oui", "nl": "Ja", "de": "Ja"}
PARTLY: Text = {"en": "Partly", "fr": "En partie", "nl": "Gedeeltelijk", "de": "Teilweise"}
NO: Text = {"en": "No", "fr": "Non", "nl": "Nee", "de": "Nein"}
FILE_PROVIDED: Text = {
    "en": "Provided as evidence",
    "fr": "Fourni comme pièce justificative",
    "nl": "Als bewijsstuk bijgevoegd",
    "de": "Als Beleg beigefügt",
}

SHARED_OPTIONS: Mapping[str, Text] = {"yes": YES, "partly": PARTLY, "no": NO}
"""Option id → wording, for yes_partly_no, yes_no and yes/no cells."""


def up_to(bound: str) -> Text:
    """The band below or at ``bound``."""
    return {
        "en": f"up to {bound}",
        "fr": f"jusqu'à {bound}",
        "nl": f"tot en met {bound}",
        "de": f"bis {bound}",
    }


def rows_between(bounds: str) -> Text:
    """So many rows of a table, such as "1–4"."""
    return {
        "en": f"{bounds} rows",
        "fr": f"{bounds} lignes",
        "nl": f"{bounds} rijen",
        "de": f"{bounds} Zeilen",
    }


def rows_from(bound: str) -> Text:
    """That many rows of a table, or more."""
    return {
        "en": f"{bound} rows or more",
        "fr": f"{bound} lignes ou plus",
        "nl": f"{bound} rijen of meer",
        "de": f"{bound} Zeilen oder mehr",
    }


def over(bound: str) -> Text:
    """The band above ``bound``."""
    return {
        "en": f"over {bound}",
        "fr": f"plus de {bound}",
        "nl": f"meer dan {bound}",
        "de": f"über {bound}",
    }
