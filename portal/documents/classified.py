"""The question before any file is taken in: security-classified material may never be put into the portal.

Such material is handled by the rules of säkerhetsskyddslagen (2018:585) and säkerhetsskyddsförordningen (2021:955), in
systems approved for it. One answer holds for all that is sent in the same form. Pure.
"""

from portal.errors import Invalid
from portal.text import _

FIELD = "classified"
NO, YES = "nej", "ja"


def refuse_classified(answer: str) -> None:
    """Raise Invalid, under ``FIELD``, unless the answer is that nothing sent is security-classified."""
    if answer == NO:
        return
    if answer == YES:
        raise Invalid(
            {
                FIELD: _(
                    "Inget är sparat. Säkerhetsskyddsklassificerade uppgifter får inte läggas in i portalen. "
                    "Vänd dig till kommunens säkerhetsskyddschef, som säger hur underlaget ska lämnas."
                )
            }
        )
    raise Invalid({FIELD: _("Svara på om innehållet är säkerhetsskyddsklassificerat. Inget är sparat, välj filen igen.")})
