"""The code string a unit's money was last recorded on, in words, for finance's statement."""

from portal.accounting import queries as accounting
from portal.settings import current_settings


def usual_code(unit_id: int) -> str:
    """``Ansvar 1410, Konto 4600`` as in the unit's last budget entry; nothing before its first."""
    code = next(iter(accounting.last_codes(unit_id).values()), {})
    parts = current_settings().code_parts
    return ", ".join(f"{part.label} {code[part.key]}" for part in parts if code.get(part.key))
