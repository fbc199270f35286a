"""What everybody accepts before they come to a session (pure).

Written from articles 101 of the treaty on the functioning of the European Union (agreements
between competitors) and 18, 40 and 41 of directive 2014/24/EU (equal treatment, market
consultation). The paragraphs were not checked by a lawyer; ``NOT_CHECKED`` says so on the page.
"""

from dataclasses import dataclass

from portal.core.errors import Message, message


@dataclass(frozen=True, slots=True)
class RuleSection:
    """A heading and its sentences."""

    title: Message
    sentences: tuple[Message, ...]


COMPETITION = RuleSection(
    message("Fair competition"),
    (
        message(
            "Suppliers in this session compete with each other. Nobody speaks about future prices, "
            "margins, costs, volumes, capacity, customers, bids or plans for products that are not "
            "public."
        ),
        message(
            "Nobody agrees with a competitor on how to answer the buyers or how to bid. Buyers do "
            "not promise a contract, and taking part gives no advantage in a later procurement."
        ),
        message(
            "If somebody begins to speak about such things, say so. Whoever leads the session "
            "stops it, and the minutes say that it was stopped. If it goes on, leave; the time at "
            "which you left is noted."
        ),
    ),
)
ROLES = RuleSection(
    message("Who does what"),
    (
        message(
            "The secretariat or the lead buyer leads the session, keeps to the agenda and to "
            "equal time for all, and drafts the minutes."
        ),
        message(
            "Buyers ask and listen. Suppliers answer for their own company only. Observers give "
            "advice and do not decide."
        ),
        message(
            "What is answered to one supplier is answered to all: new facts go into the minutes "
            "and the public questions and answers."
        ),
    ),
)
CONFIDENTIALITY = RuleSection(
    message("What leaves the room"),
    (
        message(
            "The minutes say “a supplier” or “a buyer”. A company is named only with words that "
            "it has released itself."
        ),
        message(
            "You may use what you learned. You do not tell outside who said it or who was there, "
            "and nobody records the session. Buyers may still have to give access to documents "
            "where the law says so."
        ),
        message(
            "The minutes go to those who took part. They have 10 days to ask for corrections; who "
            "still disagrees adds their position. Then the minutes are open to everybody of the "
            "dialogue, and a public summary appears."
        ),
    ),
)
RULES = (COMPETITION, ROLES, CONFIDENTIALITY)
RULES_EDITION = "2026-11.2"
"""Named in the audit row of each registration: which text was accepted."""
NOT_CHECKED = message(
    "These rules follow article 101 of the treaty on the functioning of the European Union and "
    "articles 18, 40 and 41 of directive 2014/24/EU. The paragraphs named here were not checked "
    "by a lawyer; the law that applies to you goes before this text."
)
