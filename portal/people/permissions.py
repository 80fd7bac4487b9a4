"""Who may what, in one table: a role is a set of permissions; code asks for permissions, never for roles.

A permission says what a role is trusted with. Whether *this* person may do it in *this* case *now* is said by the
rules of the package that owns the action (four eyes, conflict of interest, authority, status).
"""

from enum import StrEnum


class Role(StrEnum):
    """The role a person holds in a unit for a period."""

    REQUESTER = "requester"
    DECISION_MAKER = "decision_maker"
    FINANCE = "finance"
    RECIPIENT = "recipient"
    REGISTRAR = "registrar"
    ARCHIVIST = "archivist"
    AUDITOR = "auditor"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What a role is trusted to do; scoped to the unit for requesters, managers and recipients, else to the municipality."""

    WRITE_REQUEST = "write_request"
    APPROVE_REQUEST = "approve_request"
    READ_UNIT_CASES = "read_unit_cases"
    READ_CASES = "read_cases"
    READ_SECRET = "read_secret"
    DECIDE = "decide"
    STATE_OPINION = "state_opinion"
    RECORD_BUDGET = "record_budget"
    MANAGE_FUNDS = "manage_funds"
    READ_FUNDS = "read_funds"
    RECEIVE_COPIES = "receive_copies"
    KEEP_REGISTER = "keep_register"
    READ_REGISTER = "read_register"
    READ_DECISIONS = "read_decisions"
    READ_DEVIATIONS = "read_deviations"
    CONFIRM_AUTHORITY = "confirm_authority"
    ARCHIVE = "archive"
    READ_ARCHIVE = "read_archive"
    READ_DISCLOSURES = "read_disclosures"
    READ_LOG = "read_log"
    ADMINISTER = "administer"


# What everyone who reads cases at all may look at.
_READER = frozenset({Permission.READ_CASES, Permission.READ_FUNDS, Permission.READ_REGISTER, Permission.READ_DECISIONS})

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.REQUESTER: frozenset(
        {Permission.WRITE_REQUEST, Permission.READ_UNIT_CASES, Permission.READ_FUNDS, Permission.READ_REGISTER}
    ),
    Role.DECISION_MAKER: _READER | {Permission.DECIDE},
    Role.FINANCE: _READER
    | {Permission.STATE_OPINION, Permission.RECORD_BUDGET, Permission.MANAGE_FUNDS, Permission.READ_DEVIATIONS},
    Role.RECIPIENT: frozenset({Permission.RECEIVE_COPIES}),
    Role.REGISTRAR: _READER
    | {Permission.KEEP_REGISTER, Permission.READ_SECRET, Permission.CONFIRM_AUTHORITY, Permission.READ_ARCHIVE}
    | {Permission.READ_DISCLOSURES},
    Role.ARCHIVIST: _READER
    | {Permission.ARCHIVE, Permission.READ_SECRET, Permission.READ_ARCHIVE, Permission.READ_DISCLOSURES},
    Role.AUDITOR: _READER
    | {Permission.READ_SECRET, Permission.READ_LOG, Permission.READ_ARCHIVE, Permission.READ_DEVIATIONS}
    | {Permission.READ_DISCLOSURES},
    Role.MANAGER: frozenset(
        {Permission.APPROVE_REQUEST, Permission.READ_UNIT_CASES, Permission.READ_FUNDS, Permission.READ_REGISTER}
    ),
    Role.ADMINISTRATOR: frozenset({Permission.ADMINISTER}),
}

# Held for one unit: the permission reaches the cases (or copies) of that unit only.
UNIT_SCOPED: frozenset[Permission] = frozenset(
    {Permission.WRITE_REQUEST, Permission.APPROVE_REQUEST, Permission.READ_UNIT_CASES, Permission.RECEIVE_COPIES}
)

# Whoever holds any of these reads cases; which ones is for ``register.access`` to say.
READS_CASES: frozenset[Permission] = frozenset({Permission.WRITE_REQUEST, Permission.READ_UNIT_CASES, Permission.READ_CASES})
