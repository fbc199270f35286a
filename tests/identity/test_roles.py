"""The permission table says what the domain's matrix says."""

import pytest

from portal.identity.roles import PERMISSIONS, Permission, Role, Scope, scope_of


def test_every_permission_has_a_line() -> None:
    assert set(PERMISSIONS) == set(Permission)


@pytest.mark.parametrize(
    "permission",
    [
        Permission.ANSWER_READ_BUYERS,
        Permission.ANSWER_READ_NAMED,
        Permission.ANSWER_READ_AGGREGATE_ONLY,
        Permission.RELEASE_READ,
        Permission.ANSWER_WRITE,
    ],
)
def test_the_platform_admin_sees_no_content(permission: Permission) -> None:
    assert scope_of(permission, Role.PLATFORM_ADMIN) is None


def test_only_the_secretariat_reads_aggregate_only_answers_of_others() -> None:
    wide = {
        role
        for role, scope in PERMISSIONS[Permission.ANSWER_READ_AGGREGATE_ONLY].items()
        if scope is not Scope.OWN
    }
    assert wide == {Role.SECRETARIAT}


def test_only_a_signatory_signs() -> None:
    assert set(PERMISSIONS[Permission.RESPONSE_SIGN]) == {Role.SUPPLIER_SIGNATORY}


def test_only_buyers_who_edit_vote() -> None:
    assert set(PERMISSIONS[Permission.DRAFT_VOTE]) == {Role.LEAD_BUYER, Role.CO_BUYER}


def test_anyone_reads_what_is_published_and_may_register() -> None:
    public = {p for p, cells in PERMISSIONS.items() if Role.ANYONE in cells}
    assert public == {
        Permission.QUESTIONNAIRE_READ,
        Permission.SUPPLIER_REGISTER,
        Permission.BRIEF_READ,
    }
