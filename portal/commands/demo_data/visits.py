"""Which people of the demo a visitor may sign in as, and what each is best looked at (pure)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One sign-in link: who, and where it leads."""

    title: str
    email: str
    path: str
    leads_to: str


VISITS = (
    Visit(
        title="Secretariat",
        email="secretariat@lindenhag.example",
        path="/today",
        leads_to="what needs a decision today, in all three dialogues",
    ),
    Visit(
        title="Lead buyer (City of Waterhoven)",
        email="lead@waterhoven.example",
        path="/dialogues/demo/review",
        leads_to="the released results and the answers side by side",
    ),
    Visit(
        title="Lead buyer (Région Valdorée)",
        email="lead@valdoree.example",
        path="/dialogues/demo-draft/draft",
        leads_to="a questionnaire that waits for this buyer's vote",
    ),
    Visit(
        title="Co-buyer (Ministry of Digital Services of Estmark)",
        email="procurement@estmark.example",
        path="/dialogues/demo/review",
        leads_to="the buyers' view without publishing",
    ),
    Visit(
        title="Buyer's reader (City of Waterhoven)",
        email="reader@waterhoven.example",
        path="/dialogues/demo/review",
        leads_to="the buyers' view, reading only",
    ),
    Visit(
        title="Observer (Open Circuits Observatory)",
        email="research@open-circuits.example",
        path="/dialogues/demo/releases/1",
        leads_to="the release for observers",
    ),
    Visit(
        title="Supplier's admin (Noorderwiel Werkplek B.V.)",
        email="sustainability@noorderwiel.example",
        path="/responses",
        leads_to="three colleagues at work, and what followed on the finished dialogue",
    ),
    Visit(
        title="Supplier's contributor (Noorderwiel Werkplek B.V.)",
        email="tenders@noorderwiel.example",
        path="/responses",
        leads_to="a section and two questions with days, and notes from colleagues",
    ),
    Visit(
        title="Supplier's signatory (Noorderwiel Werkplek B.V.)",
        email="director@noorderwiel.example",
        path="/responses",
        leads_to="sections that are ready to be reviewed",
    ),
    Visit(
        title="Supplier's admin (Aurelith Devices AB)",
        email="sustainability@aurelith.example",
        path="/responses",
        leads_to="accepted answers, a letter, and a reseller who names this brand",
    ),
    Visit(
        title="Supplier's signatory (Domirel Électronique SAS)",
        email="director@domirel.example",
        path="/responses",
        leads_to="buyers' questions to clarify, and a response to complete",
    ),
    Visit(
        title="Supplier who has not begun (Wiederwerk Geräte eG)",
        email="sustainability@wiederwerk.example",
        path="/responses",
        leads_to="an empty response that can bring along earlier answers",
    ),
)
