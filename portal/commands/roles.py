"""How roles are named on the command line."""

import click

from portal.identity.roles import Role

ROLE_NAMES = {
    "secretariat": Role.SECRETARIAT,
    "lead-buyer": Role.LEAD_BUYER,
    "co-buyer": Role.CO_BUYER,
    "buyer-reader": Role.BUYER_READER,
    "observer": Role.OBSERVER,
    "supplier-admin": Role.SUPPLIER_ADMIN,
    "supplier-contributor": Role.SUPPLIER_CONTRIBUTOR,
    "supplier-signatory": Role.SUPPLIER_SIGNATORY,
}


class RoleType(click.ParamType[Role]):
    """A role by its name (``lead-buyer``) or its short form (``LB``)."""

    name = "role"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """The names, for the help text."""
        return f"[{'|'.join(ROLE_NAMES)}]"

    def convert(
        self, value: str | Role, param: click.Parameter | None, ctx: click.Context | None
    ) -> Role:
        """The role; a usage error that lists the names if it is none of them."""
        if isinstance(value, Role):
            return value
        found = ROLE_NAMES.get(value.strip().lower().replace("_", "-").replace(" ", "-"))
        short = {role.value: role for role in ROLE_NAMES.values()}
        role = found or short.get(value.strip().upper())
        if role is None:
            self.fail(f"“{value}” is no role. Choose one of: {', '.join(ROLE_NAMES)}.", param, ctx)
        return role
