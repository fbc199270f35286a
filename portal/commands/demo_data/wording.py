"""What the demo's secretariat writes: titles, purposes, rules and the words of its briefs."""

TITLE = "Fair and lasting ICT: joint market dialogue 2026"
PURPOSE = """\
Three public buyers will tender laptops, monitors, phones and servers from 2027 on. Before that they
want to know what the market can prove today about working conditions, minerals, chemicals and long
use, and what it could prove in two years if all buyers asked for the same.

Your answers prepare a dialogue. They are not an offer, and each tender sets its own criteria.
"""
RULES = """\
- Everybody gets the same text, the same files and the same answers at the same instant.
- Nobody sees another supplier's answers unless they are marked for all participants.
- Combined results appear after the dialogue has closed, checked so that no answer can be traced.
- Nobody speaks about future prices, volumes, margins or product plans.
- Taking part or declining has no effect on a later tender.
"""
BEFORE_TITLE = "Fair and lasting ICT: pilot 2025"
BEFORE_QUESTION = "Which of your departments were trained on your policy last year?"
OPEN_TITLE = "Repair and second life: joint market dialogue"
OPEN_PURPOSE = """\
Cities want to use devices for longer. This dialogue asks makers, resellers and refurbishers what
stands in the way of repair, spare parts and refurbished devices in public offices. It is open now:
any supplier may register.
"""
DRAFT_TITLE = "Servers and storage: joint market dialogue 2027"
DRAFT_PURPOSE = """\
The draft for a dialogue about servers. The buyers are reading the questionnaire; one of three has
approved it so far.
"""
VOTE_REASON = "Good: short enough for small suppliers, and the minerals part is clear."

BRIEF_TITLE = "What the market can prove today"
SUMMARY = """\
Makers, resellers, lessors and refurbishers from many European countries answered the shared
questionnaire. Most have a human rights policy and a code for their suppliers. Far fewer know the
sites behind final assembly, and few can show that workers took part in their risk assessments.

The market asks the buyers for three things above all: one common set of proof, longer notice, and a
check after the award.
"""
LIMITS = """\
These are suppliers' own answers. They were not checked at production sites. Nobody was obliged to
take part, so that those who do more may be over-represented. Where too few suppliers answered
confidentially, no figure is shown, and the reader should not guess one.
"""
NEXT_STEPS = """\
- **By December 2026:** the buyers vote on the issues to push together.
- **In February 2027:** a session with all participants on site lists and recruitment fees.
- **From March 2027:** one common list of accepted proof, for a first period of three years.
"""
BUYERS_TITLE = "What the market can prove today: for the buyers"
BUYERS_SUMMARY = """\
Draft for the buyers' meeting. It repeats the public brief and adds what suppliers opened to buyers
only. The section on follow-up in contracts deserves the most time: many limited who may read it.
"""

CORRECTED = "Every two years, and in purchasing only so far. Design and sales follow in 2027."
NOTES = (
    (
        "contact",
        ("H", "H.03"),
        (
            "Maarten, the figures for last year are with our service desk. Please count closed "
            "cases only, and ask if anything there could name a person."
        ),
        False,
    ),
    (
        "helper",
        ("H", "H.03"),
        "Asked them today. They send the list by Thursday; I have filled in what we had before.",
        False,
    ),
    (
        "helper",
        ("C", "C.03"),
        "Does this include framework agreements that we only renewed? I counted them.",
        True,
    ),
    (
        "signatory",
        ("B", ""),
        "Before I sign: the policy of 2026 has a new paragraph on agents. Is that the one we link?",
        False,
    ),
)
"""Who says what to colleagues, where (section, question), and whether it is settled."""

CLARIFY = {
    "C.03": "You give a share of spending. Does it include spending through framework agreements "
    "of your parent company?",
    "E.05": "Whom did you consult, and when? One sentence is enough.",
}
CLARIFIED = {
    "C.03": "It did. Without those agreements the share is lower; we have put it right.",
    "E.05": "Two works councils in March 2026, and the labour organisation that runs our "
    "complaints channel. Our answer stays as it is.",
}
CLARIFY_OPEN = {
    "B.07": "Which of the three departments is trained every year?",
    "F.07": "Is this the limit in law or your own, and how is it checked at night shifts?",
}
UNDERSTOOD = (
    "Thank you for the care in these answers. What helped us most is how openly they say what is "
    "not known yet.\n\n"
    "We understand how far you bind your suppliers by contract, and where you see the limits of "
    "audits. We also read that longer notice from buyers would change more than another "
    "certificate."
)
FOLLOWS = (
    "The buyers will use one common list of accepted proof from March 2027. Nothing in your "
    "answers is used to rank or exclude you in a tender.\n\n"
    "In February 2027 we discuss site lists and recruitment fees with all participants. You are "
    "invited."
)
