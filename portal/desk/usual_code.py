"""The code string a unit's money was last recorded on, in words, for finance's statement."""

from portal.accounting import queries as accounting
from portal.settings import current_settings


def usual_code(unit_id: int) -> str:
    """``Ansvar 1410, Konto 4600`` as in the unit's last budget entry; nothing before its first.

    The projekt or aktivitet is left out: it is one grant's own, and the next one gets another.
    """
    code = next(iter(accounting.last_codes(unit_id).values()), {})
    settings = current_settings()
    parts = [part for part in settings.code_parts if part.key != settings.read_on]
    return ", ".join(f"{part.label} {code[part.key]}" for part in parts if code.get(part.key))
