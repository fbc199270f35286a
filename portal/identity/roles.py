"""The roles and, in one table, what each may do (pure: no database, no HTTP)."""

from enum import StrEnum


class Role(StrEnum):
    """A role in one dialogue, except the platform admin (technical, sees no content) and anyone."""

    PLATFORM_ADMIN = "PA"
    SECRETARIAT = "SEC"
    LEAD_BUYER = "LB"
    CO_BUYER = "CB"
    BUYER_READER = "BR"
    OBSERVER = "OBS"
    SUPPLIER_ADMIN = "SA"
    SUPPLIER_CONTRIBUTOR = "SC"
    SUPPLIER_SIGNATORY = "SS"
    ANYONE = "PUB"


BUYER_ROLES = frozenset({Role.LEAD_BUYER, Role.CO_BUYER, Role.BUYER_READER})
SUPPLIER_ROLES = frozenset(
    {Role.SUPPLIER_ADMIN, Role.SUPPLIER_CONTRIBUTOR, Role.SUPPLIER_SIGNATORY}
)


class OrganisationKind(StrEnum):
    """What an organisation is on the portal."""

    BUYER = "buyer"
    SUPPLIER = "supplier"
    SECRETARIAT = "secretariat"
    OBSERVER = "observer"


class Scope(StrEnum):
    """How far a permission reaches; the operation checks it on the row."""

    YES = "Y"
    OWN = "own"
    NAMED = "named"
    ASSIGNED = "assigned"
    PROPOSE = "propose"
    AFTER_CLOSE = "after-close"
    ADVISORY = "advisory"
    IF_ALLOWED = "allowed"


class Permission(StrEnum):
    """Everything somebody may be allowed to do, as subject:action."""

    ORGANISATION_CREATE = "organisation:create"
    DIALOGUE_CREATE = "dialogue:create"
    DRAFT_READ = "draft:read"
    DRAFT_EDIT = "draft:edit"
    DRAFT_COMMENT = "draft:comment"
    DRAFT_VOTE = "draft:vote"
    QUESTIONNAIRE_PUBLISH = "questionnaire:publish"
    QUESTIONNAIRE_READ = "questionnaire:read"
    SUPPLIER_INVITE = "supplier:invite"
    SUPPLIER_REGISTER = "supplier:register"
    PARTICIPATION_READ = "participation:read"
    RESPONSE_READ_OWN = "response:read-own"
    ANSWER_WRITE = "answer:write"
    ANSWER_NARROW = "answer:narrow"
    RESPONSE_SIGN = "response:sign"
    ANSWER_READ_OPEN = "answer:read-open"
    ANSWER_READ_BUYERS = "answer:read-buyers"
    ANSWER_READ_NAMED = "answer:read-named"
    ANSWER_READ_AGGREGATE_ONLY = "answer:read-aggregate-only"
    ANSWER_CLARIFY = "answer:clarify"
    ANSWER_REVIEW = "answer:review"
    GUIDE_WRITE = "guide:write"
    RESPONSE_REOPEN = "response:reopen"
    FEEDBACK_WRITE = "feedback:write"
    RELEASE_CREATE = "release:create"
    RELEASE_READ = "release:read"
    QUOTE_RELEASE = "quote:release"
    BRIEF_COMPOSE = "brief:compose"
    BRIEF_READ = "brief:read"
    QA_ASK = "qa:ask"
    QA_ANSWER = "qa:answer"
    MEETING_READ = "meeting:read"
    MEETING_PLAN = "meeting:plan"
    MEETING_REGISTER = "meeting:register"
    MINUTES_AGREE = "minutes:agree"
    ISSUE_READ = "issue:read"
    ISSUE_MANAGE = "issue:manage"
    ISSUE_VOTE = "issue:vote"
    PRIORITY_READ = "priority:read"
    COMMITMENT_READ = "commitment:read"
    COMMITMENT_WRITE = "commitment:write"
    COMMITMENT_VERIFY = "commitment:verify"
    EXPORT_ANSWERS = "export:answers"
    AUDIT_READ = "audit:read"


# The matrix of docs/roles.md, one line a permission. "-" is no.
MATRIX = """
permission                 PA SEC LB    CB      BR    OBS SA          SC          SS          PUB
organisation:create        Y  Y   -     -       -     -   own         -           -           -
dialogue:create            -  Y   Y     -       -     -   -           -           -           -
draft:read                 -  Y   Y     Y       Y     Y   -           -           -           -
draft:edit                 -  Y   Y     Y       -     -   -           -           -           -
draft:comment              -  Y   Y     Y       Y     Y   -           -           -           -
draft:vote                 -  -   Y     Y       -     -   -           -           -           -
questionnaire:publish      -  Y   Y     -       -     -   -           -           -           -
questionnaire:read         Y  Y   Y     Y       Y     Y   Y           Y           Y           Y
supplier:invite            -  Y   Y     propose -     -   own         -           -           -
supplier:register          -  -   -     -       -     -   -           -           -           Y
participation:read         -  Y   Y     Y       Y     -   -           -           -           -
response:read-own          -  -   -     -       -     -   own         own         own         -
answer:write               -  -   -     -       -     -   Y           assigned    Y           -
answer:narrow              -  -   -     -       -     -   Y           propose     Y           -
response:sign              -  -   -     -       -     -   -           -           Y           -
answer:read-open           -  Y   Y     Y       Y     Y   -           -           -           -
answer:read-buyers         -  Y   Y     Y       Y     -   own         own         own         -
answer:read-named          -  -   named named   named -   own         own         own         -
answer:read-aggregate-only -  Y   -     -       -     -   own         own         own         -
answer:clarify             -  Y   Y     Y       -     -   -           -           -           -
answer:review              -  Y   Y     Y       -     -   -           -           -           -
guide:write                -  Y   Y     -       -     -   -           -           -           -
response:reopen            -  Y   Y     -       -     -   -           -           -           -
feedback:write             -  Y   Y     -       -     -   -           -           -           -
release:create             -  Y   -     -       -     -   -           -           -           -
release:read               -  Y   Y     Y       Y     Y   after-close after-close after-close -
quote:release              -  -   own   own     -     -   -           -           own         -
brief:compose              -  Y   Y     -       -     -   -           -           -           -
brief:read                 -  Y   Y     Y       Y     Y   Y           Y           Y           Y
qa:ask                     -  Y   Y     Y       Y     -   Y           Y           Y           -
qa:answer                  -  Y   Y     propose -     -   -           -           -           -
meeting:read               -  Y   Y     Y       Y     Y   Y           Y           Y           -
meeting:plan               -  Y   Y     propose -     -   -           -           -           -
meeting:register           -  Y   Y     Y       Y     Y   own         own         own         -
minutes:agree              -  Y   Y     Y       -     -   own         -           own         -
issue:read                 -  Y   Y     Y       Y     Y   -           -           -           -
issue:manage               -  Y   Y     propose -     -   -           -           -           -
issue:vote                 -  -   Y     Y       -     advisory -      -           -           -
priority:read              -  Y   Y     Y       Y     Y   Y           Y           Y           -
commitment:read            -  Y   Y     Y       Y     allowed own       own         own         -
commitment:write           -  Y   Y     Y       -     -   own         own         own         -
commitment:verify          -  Y   Y     Y       -     -   -           -           -           -
export:answers             -  Y   Y     Y       -     -   own         -           own         -
audit:read                 -  Y   Y     -       -     -   own         -           own         -
"""


def _parse(matrix: str) -> dict[Permission, dict[Role, Scope]]:
    header, *lines = [line.split() for line in matrix.strip().splitlines()]
    roles = [Role(name) for name in header[1:]]
    return {
        Permission(name): {
            role: Scope(cell) for role, cell in zip(roles, cells, strict=True) if cell != "-"
        }
        for name, *cells in lines
    }


PERMISSIONS = _parse(MATRIX)


def scope_of(permission: Permission, role: Role) -> Scope | None:
    """How far the role's permission reaches, or None."""
    return PERMISSIONS[permission].get(role)
