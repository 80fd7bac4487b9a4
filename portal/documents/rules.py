"""Why a document may not be handed on in another form: one rule per act on a case. Pure: facts in, sentence out."""

from collections.abc import Callable

from portal.register.facts import Facts
from portal.register.rules import registrar_only

REFUSALS: dict[str, Callable[[Facts], str | None]] = {
    # Who keeps the register also discloses from it (6 kap. 2–3 §§ offentlighets- och sekretesslagen).
    "mask_copy": registrar_only,
}
