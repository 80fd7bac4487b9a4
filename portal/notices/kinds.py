"""The kinds of notices that a person chooses a way for, and what each event is called. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about, as one chooses between them."""

    TURN = "turn"
    NEAR = "near"
    OVERDUE = "overdue"
    DECIDED = "decided"
    RETURNED = "returned"
    COPY = "copy"
    MENTION = "mention"
    REGISTER = "register"


class How(StrEnum):
    """How a person is told of a kind by mail; in the portal every notice stands."""

    NOW = "now"
    DAILY = "daily"
    NONE = "none"


KINDS: Mapping[Kind, tuple[str, str]] = {
    Kind.TURN: ("Din tur", "Ett ärende väntar på något som din roll gör."),
    Kind.NEAR: ("En tid går snart ut", "Yttrande, beslut, komplettering eller redovisning ska snart vara klar."),
    Kind.OVERDUE: ("En tid har gått ut", "Något som skulle vara klart är det inte."),
    Kind.DECIDED: ("Beslutat", "Ett beslut är fattat, eller närmaste chef har godkänt."),
    Kind.RETURNED: ("Tillbaka till enheten", "Komplettering är begärd, eller chefen har lämnat tillbaka äskandet."),
    Kind.COPY: ("Kopia att åtgärda", "En kopia som din enhet ska kvittera har inte kvitterats."),
    Kind.MENTION: ("Omnämnd", "Någon har nämnt dig i samtalet om ett ärende."),
    Kind.REGISTER: ("Sekretess och jäv", "En markering ska omprövas, kopior hålls eller jäv är anmält."),
}
WAYS: Mapping[How, str] = {
    How.NOW: "Genast med e-post",
    How.DAILY: "Samlat en gång om dagen",
    How.NONE: "Ingen e-post",
}

# Each event, its kind and its words; the number of the case stands after them.
EVENTS: Mapping[str, tuple[Kind, str]] = {
    "submitted": (Kind.TURN, "Ett äskande väntar på beslut:"),
    "with_manager": (Kind.TURN, "Ett äskande väntar på att du godkänner det"),
    "handed_over": (Kind.TURN, "Ett äskande har överlämnats för politiskt beslut:"),
    "taken_over": (Kind.TURN, "Ett organ har tagit över ärendet:"),
    "withdrawn": (Kind.TURN, "Ett äskande har återkallats:"),
    "reported": (Kind.TURN, "En slutredovisning väntar på granskning i ärende"),
    "settled": (Kind.TURN, "Ärendet är klart att avsluta:"),
    "sent_back": (Kind.RETURNED, "Ditt äskande är lämnat tillbaka av närmaste chef"),
    "returned": (Kind.RETURNED, "Komplettering begärd i ärende"),
    "report_returned": (Kind.RETURNED, "Slutredovisningen är lämnad tillbaka i ärende"),
    "approved": (Kind.DECIDED, "Närmaste chef har godkänt äskandet, som har fått nummer"),
    "decided": (Kind.DECIDED, "Beslut fattat i ärende"),
    "report_due": (Kind.NEAR, "Slutredovisningen ska snart lämnas i ärende"),
    "interim_due": (Kind.NEAR, "Lägesrapporten ska snart lämnas i ärende"),
    "statement_near": (Kind.NEAR, "Yttrandet ska snart lämnas i ärende"),
    "decision_near": (Kind.NEAR, "Beslutet ska snart fattas i ärende"),
    "answer_near": (Kind.NEAR, "Kompletteringen ska snart lämnas i ärende"),
    "report_late": (Kind.OVERDUE, "Slutredovisningen är försenad i ärende"),
    "interim_late": (Kind.OVERDUE, "Lägesrapporten är försenad i ärende"),
    "statement_late": (Kind.OVERDUE, "Tiden för yttrande har gått ut i ärende"),
    "decision_late": (Kind.OVERDUE, "Tiden för beslut har gått ut i ärende"),
    "answer_late": (Kind.OVERDUE, "Tiden för komplettering har gått ut i ärende"),
    "dispatch_late": (Kind.OVERDUE, "Beslutet är inte expedierat i tid i ärende"),
    "dispatch_unsent": (Kind.OVERDUE, "Ekonomi har inte expedierat beslutet. Du kan skicka kopiorna i ärende"),
    "receipt_due": (Kind.COPY, "Kvittera mottagandet av beslut i ärende"),
    "mentioned": (Kind.MENTION, "Du är nämnd i samtalet om ärende"),
    "copy_held": (Kind.REGISTER, "Kopior hålls för en sekretessmarkering i ärende"),
    "mark_review": (Kind.REGISTER, "En sekretessmarkering ska omprövas i ärende"),
    "jav": (Kind.REGISTER, "Jäv har anmälts i ärende"),
}
OTHER = "Något har hänt i ärendet:"


def kind_of(event: str) -> Kind:
    """The kind of an event; one that is not known is told as one's turn."""
    return EVENTS[event][0] if event in EVENTS else Kind.TURN


def words_of(event: str) -> str:
    """What has happened, in the source language; the case's number follows."""
    return EVENTS[event][1] if event in EVENTS else OTHER
