"""What mails say. Pure. A secret case is named by its number alone, and the documents of a case with
marks never travel by mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.notices.kinds import words_of
from portal.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a mail may be about: the case as the register shows it, and where it is read. ``number`` is the case's."""

    number: str
    title: str
    is_secret: bool
    is_partly_secret: bool = False
    municipality: str
    address: str


def subject(text: str, about: About) -> str:
    """One line: what it is, the number, and the title where it may be shown."""
    line = f"{text} {about.number}" if about.is_secret else f"{text} {about.number}: {about.title}"
    return " ".join(line.split())[:200]


def copy_text(
    about: About, *, decision: str, to_act: bool, in_portal: bool, checkpoint: str, masked: bool = False, replaces: str = ""
) -> str:
    """The body of a mail with a copy of a decision; ``checkpoint`` is the signed tree head the decision is proved by.

    ``masked``: a masked copy goes with it. ``replaces`` is the number of the decision that this one replaces.
    """
    paragraphs = [_("%(decision)s i ärende %(number)s.", decision=decision, number=about.number)]
    if replaces:
        paragraphs.append(_("Det ersätter beslut %(number)s. Det är det här beslutet som gäller.", number=replaces))
    if masked:
        paragraphs.append(_("Ärendet är sekretessmarkerat. Beslutet är bifogat i maskad form som PDF."))
    elif about.is_secret:
        paragraphs.append(
            _("Ärendet är sekretessmarkerat och handlingen bifogas inte. Registratorn lämnar ut den till den som har rätt.")
        )
    elif about.is_partly_secret:
        paragraphs.append(
            _(
                "En uppgift i ärendet är sekretessmarkerad och handlingen bifogas inte. "
                "Registratorn lämnar ut den till den som har rätt."
            )
        )
    else:
        paragraphs.append(_("Beslutet och ett missiv är bifogade som PDF."))
    if to_act:
        paragraphs.append(_("Kopian är märkt ”ska åtgärdas”."))
    if in_portal:
        paragraphs.append(_("Kopian finns också i enhetens inkorg: %(address)s", address=about.address))
    paragraphs.append(_("Kontrollpunkt i kommunens logg:") + "\n" + checkpoint.strip())
    paragraphs.append(about.municipality)
    return "\n\n".join(paragraphs) + "\n"


def notice_subject(event: str, about: About) -> str:
    """The subject of a notice: it names the number and nothing of the content."""
    return f"{_(words_of(event))} {' '.join(about.number.split())}".strip()


def notice_text(event: str, about: About) -> str:
    """The body of a notice."""
    return "\n\n".join([notice_subject(event, about), about.address, about.municipality]) + "\n"


def digest_subject(count: int) -> str:
    """The subject of the mail that gathers a day's notices."""
    return _("En avisering från Äskandeportalen") if count == 1 else _("%(n)s aviseringar från Äskandeportalen", n=count)


def digest_text(told: Sequence[tuple[str, About]], *, more: bool, address: str, municipality: str) -> str:
    """The body of that mail: each event with its case's number and where it is read; ``address`` is where all stand."""
    paragraphs = [f"{notice_subject(event, about)}\n{about.address}" for event, about in told]
    if more:
        paragraphs.append(_("Det finns fler. Alla står här: %(address)s", address=address))
    return "\n\n".join([*paragraphs, municipality]) + "\n"
