"""Texts of a questionnaire as a page shows them, each marked with its language where it differs."""

from dataclasses import dataclass

from markupsafe import Markup

from portal.questionnaire.definition import Text


@dataclass(frozen=True, slots=True)
class Wording:
    """A text; ``language`` is its tag if it is not the page's own, else empty.

    In a template it escapes itself, within a ``span lang`` where the language differs.
    """

    text: str
    language: str = ""

    def __str__(self) -> str:
        """The plain text, for attributes and options, which take no markup."""
        return self.text

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.text)

    def __html__(self) -> Markup:
        """The text for a page."""
        if not self.language:
            return Markup.escape(self.text)
        return Markup('<span lang="{}">{}</span>').format(self.language, self.text)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Chooses wordings: in ``language``, else in ``base``, on a page that is in ``page``."""

    language: str
    base: str
    page: str

    def say(self, text: Text) -> Wording:
        """The wording for a reader; empty if there is none in either language."""
        spoken = self.language if text.get(self.language) else self.base
        return Wording(text.get(spoken, ""), "" if spoken == self.page else spoken)
