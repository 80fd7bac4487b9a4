"""The timeline: one Swedish sentence template per log entry type, filled from the entry's frozen body.

A test walks the road and fails when an entry of a case has no template here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from portal.decisions.finality import OUTCOMES
from portal.log.models import READ_SECRET
from portal.log.queries import TimelineRow
from portal.money import format_kronor
from portal.people.actor import acting_as
from portal.register.marking import FACT_KINDS
from portal.register.relating import BACKWARDS, KINDS
from portal.text import _
from portal.web.filters import day

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as people read it. ``key`` marks the steps of the road."""

    when: datetime
    who: str
    text: str
    detail: str
    key: bool


def _kr(body: Body, name: str) -> str:
    value = body.get(name)
    return format_kronor(value) if isinstance(value, int) else ""


def _s(body: Body, name: str) -> str:
    value = body.get(name)
    return "" if value is None else str(value)


def _day(body: Body, name: str) -> str:
    text = _s(body, name)
    return day(date.fromisoformat(text)) if text else ""


def _after(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _decided(body: Body) -> str:
    return {
        "granted": _("Beviljade %(sum)s", sum=_kr(body, "granted")),
        "partly": _("Beviljade %(sum)s av %(asked)s", sum=_kr(body, "granted"), asked=_kr(body, "requested")),
        "rejected": _("Avslog äskandet"),
    }.get(_s(body, "outcome"), _("Beslutade"))


def _decision_detail(body: Body) -> str:
    number = _s(body, "decision")
    capacity = _s(body, "capacity").capitalize()
    organ = " ".join(filter(None, (_s(body, "organ"), _s(body, "meeting_date"), _s(body, "paragraph"))))
    return ", ".join(filter(None, (f"{capacity} {number}".strip(), organ)))


def _minutes(body: Body) -> str:
    organ, paragraph = _s(body, "organ"), _s(body, "paragraph")
    what = {
        "preparing": _("Förde in att %(organ)s berett ärendet", organ=organ),
        "postponed": _("Förde in att %(organ)s bordlagt ärendet", organ=organ),
        "deciding": _("Förde in beslutet av %(organ)s", organ=organ),
        "referred_back": _("Förde in att %(organ)s återremitterat ärendet", organ=organ),
        "passed_on": _("Förde in att %(organ)s lämnat ärendet vidare", organ=organ),
        "taken_over": _("Förde in att %(organ)s tagit över ärendet", organ=organ),
    }.get(_s(body, "kind"), _("Förde in protokollet från %(organ)s", organ=organ))
    return f"{what}, {paragraph}" if paragraph else what


def _appealed(body: Body) -> str:
    outcome = _s(body, "outcome")
    if not outcome:
        return _("Förde in att beslutet överklagades %(day)s", day=_day(body, "filed_on"))
    return _("Förde in att överklagandet %(what)s %(day)s", what=_(OUTCOMES[outcome]), day=_day(body, "outcome_on"))


def _queued(body: Body) -> str:
    if body.get("count") == 1:
        return _("Lade en kopia på kö")
    return _("Lade %(n)s kopior på kö", n=_s(body, "count"))


Template = tuple[Callable[[Body], str], Callable[[Body], str], bool]


def _none(_body: Body) -> str:
    return ""


def _reason(body: Body) -> str:
    return _s(body, "reason")


def _cleaned(body: Body) -> str:
    cleaned = body.get("cleaned")
    names = [str(each.get("name") or "") for each in cleaned if isinstance(each, dict)] if isinstance(cleaned, list) else []
    return ", ".join(filter(None, names))


def _related(body: Body) -> str:
    return _((BACKWARDS if body.get("back") else KINDS).get(_s(body, "kind"), "hör ihop med"))


def _registered(body: Body) -> str:
    """With the first version the case is registered; of one sent to the manager there is no more to tell."""
    if body.get("version") == 1:
        return _("Ärendet fick diarienummer %(number)s", number=_s(body, "number"))
    return _after(_("Äskat"), _kr(body, "requested"))


_MADE = {"submission": "tjänsteskrivelsen", "decision": "beslutet", "statement": "yttrandet", "masked_copy": "maskad kopia"}


def _added(body: Body) -> str:
    """Of a draft and of a secret case the log names no title: the document is then called by its kind."""
    kind, title = _s(body, "kind"), _s(body, "title")
    if kind == "attachment":
        return _("Bifogade %(title)s", title=title) if title else _("Bifogade en fil")
    if kind == "source":
        return _("Läste in ett dokument")
    if kind == "minutes":
        return _("La in ett protokollsutdrag")
    if kind == "letter":
        return _("La in en inkommen handling")
    return _("Handlingen %(title)s skapades", title=title or _(_MADE.get(kind, "i ärendet")))


def _masked(body: Body) -> str:
    if body.get("places") == 1:
        return _("Gjorde en maskad kopia, ett ställe är maskat")
    return _("Gjorde en maskad kopia, %(n)s ställen är maskade", n=_s(body, "places"))


def _file(sentence: str) -> Callable[[Body], str]:
    return lambda body: _(sentence, name=_s(body, "filename") or _("en fil"))


def _asked_for(sentence: str) -> Callable[[Body], str]:
    def said(body: Body) -> str:
        number = body.get("document")
        return _(sentence, what=_("handling %(n)s", n=number) if number else _("en bilaga"))

    return said


def _disclosure(body: Body) -> str:
    return _after(_("Begäran"), _s(body, "number"))


_ASSESSED = {
    "given": "lämnas ut",
    "masked": "lämnas ut maskad",
    "withheld": "lämnas inte ut",
    "not_public": "inte allmän handling",
}


def _assessed(body: Body) -> str:
    found = _(_ASSESSED.get(_s(body, "assessment"), ""))
    return ", ".join(filter(None, (_disclosure(body), found, _s(body, "provision"))))


def _refused_in(body: Body) -> str:
    return ", ".join(filter(None, (_disclosure(body), _after(_("Beslut"), _s(body, "decision")), _s(body, "provision"))))


_PARTS = {"line": "en rad", "document": "en handling"}


def _marked(body: Body) -> str:
    """What a mark is on; entries from before parts could be marked are of the whole case."""
    return _(_PARTS.get(_s(body, "part"), "ärendet"))


_TEMPLATES: dict[str, Template] = {
    "funding_requests.submit": (
        lambda b: (
            _("Skickade till närmaste chef") if b.get("to_manager") else _("Skickade in version %(n)s", n=_s(b, "version"))
        ),
        _registered,
        True,
    ),
    "funding_requests.approve": (lambda _b: _("Godkände äskandet"), _registered, True),
    "funding_requests.send_back": (lambda _b: _("Lämnade tillbaka äskandet"), _none, False),
    "funding_requests.take_back": (lambda _b: _("Tog tillbaka äskandet"), _none, False),
    "funding_requests.follow": (lambda b: _("Började äskandet efter %(number)s", number=_s(b, "follows")), _none, False),
    "funding_requests.register_letter": (
        lambda b: _("Registrerade en inkommen handling, nummer %(n)s", n=_s(b, "number")),
        lambda b: _s(b, "public_title"),
        False,
    ),
    "register.correct_document": (
        lambda b: _("Ändrade uppgifterna om handling %(n)s i diariet", n=_s(b, "number")),
        _none,
        False,
    ),
    "funding_requests.discard": (lambda _b: _("Kastade utkastet"), _none, False),
    "funding_requests.add_writer": (lambda b: _("Lade till %(name)s som medskrivare", name=_s(b, "name")), _none, False),
    "funding_requests.remove_attachment": (lambda b: _("Tog bort bilagan %(name)s", name=_s(b, "filename")), _none, False),
    "funding_requests.withdraw": (lambda _b: _("Återkallade äskandet"), _reason, True),
    "decisions.decide": (_decided, _decision_detail, True),
    "decisions.replace_decision": (
        lambda b: _("Ersatte beslutet. %(now)s", now=_decided(b)),
        lambda b: ". ".join(filter(None, (_decision_detail(b), _s(b, "replacement_reason")))),
        True,
    ),
    "decisions.request_completion": (lambda _b: _("Begärde komplettering"), _reason, True),
    "decisions.resume": (lambda _b: _("Fortsatte utan komplettering"), _reason, True),
    "decisions.hand_over": (
        lambda b: _("Överlämnade till %(organ)s", organ=_s(b, "organ")),
        lambda b: _s(b, "stance").capitalize(),
        True,
    ),
    "decisions.give_statement": (lambda _b: _("Yttrade sig"), lambda b: _s(b, "stance").capitalize(), False),
    "decisions.record_minutes": (_minutes, _decision_detail, True),
    "decisions.take_over": (_minutes, _decision_detail, True),
    "decisions.note_appeal": (_appealed, lambda b: ", ".join(filter(None, (_s(b, "court"), _s(b, "court_number")))), True),
    "accounting.record": (
        lambda b: (
            _("Bokförde beslutet i budgeten") if b.get("rows") or b.get("lines") else _("Tog emot beslutet för expediering")
        ),
        lambda b: _after(_("Period"), _s(b, "period")),
        True,
    ),
    "accounting.redistribute": (
        lambda b: _("Omfördelade %(sum)s inom beviljat belopp", sum=_kr(b, "moved")),
        _reason,
        False,
    ),
    "accounting.confirm_redistribution": (
        lambda b: _("Bekräftade omfördelningen av %(sum)s", sum=_kr(b, "moved")),
        lambda b: _after(_("Period"), _s(b, "period")),
        False,
    ),
    "accounting.check_entry": (
        lambda b: _("Kontrollerade budgetjusteringen av %(sum)s", sum=_kr(b, "moved")),
        lambda b: _after(_("Period"), _s(b, "period")),
        False,
    ),
    "accounting.report_interim": (
        lambda b: _("Lämnade lägesrapport till och med %(day)s", day=_day(b, "due_on")),
        _none,
        False,
    ),
    "accounting.report_back": (
        lambda b: _("Lämnade slutredovisning: %(used)s av %(granted)s", used=_kr(b, "used"), granted=_kr(b, "granted")),
        lambda b: _s(b, "summary"),
        True,
    ),
    "accounting.accept_report": (
        lambda _b: _("Godkände slutredovisningen"),
        lambda b: _after(_("Återfört till avsatta medel"), _kr(b, "given_back")) if b.get("given_back") else "",
        True,
    ),
    "accounting.return_report": (lambda _b: _("Lämnade tillbaka slutredovisningen"), _reason, False),
    "conversation.write": (lambda _b: _("Skrev i samtalet"), _none, False),
    "conversation.write_within": (lambda _b: _("Skrev i samtalet"), _none, False),
    "dispatch.queue": (_queued, _none, False),
    "dispatch.send": (
        lambda b: _("Skickade kopian till %(name)s", name=_s(b, "recipient")),
        lambda b: ", ".join(filter(None, (_("I portalen") if b.get("in_portal") else "", _s(b, "email")))),
        False,
    ),
    "dispatch.send_many": (
        lambda b: _("Skickade %(n)s kopior av beslut %(number)s", n=_s(b, "count"), number=_s(b, "decision")),
        _none,
        False,
    ),
    "dispatch.deliver": (
        lambda b: _("Kopian till %(name)s är framme", name=_s(b, "recipient")),
        lambda b: _s(b, "said"),
        False,
    ),
    "dispatch.send_copies": (lambda b: _("Skickade kopiorna av beslut %(decision)s", decision=_s(b, "decision")), _none, False),
    "dispatch.remind": (lambda b: _("Påminde %(name)s om att kvittera", name=_s(b, "recipient")), _none, False),
    "dispatch.fail": (lambda b: _("Kopian till %(name)s kom inte fram", name=_s(b, "recipient")), _reason, False),
    "dispatch.release": (
        lambda b: _("Släppte kopian till %(name)s, som hölls", name=_s(b, "recipient")),
        _none,
        False,
    ),
    "dispatch.retry": (
        lambda b: _("Skickade kopian till %(name)s på nytt", name=_s(b, "recipient")),
        lambda b: _s(b, "email"),
        False,
    ),
    "dispatch.note_delivery": (
        lambda b: _("Lämnade kopian till %(name)s på annat sätt", name=_s(b, "recipient")),
        lambda b: _s(b, "note"),
        False,
    ),
    "dispatch.open": (lambda _b: _("Öppnade kopian"), lambda b: _s(b, "recipient"), False),
    "dispatch.acknowledge": (lambda _b: _("Kvitterade mottagandet"), lambda b: _s(b, "recipient"), False),
    "archive.clean": (lambda b: _("Gick igenom arbetsmaterialet och rensade %(n)s", n=_s(b, "cleaned_count")), _cleaned, False),
    "archive.close": (lambda _b: _("Avslutade ärendet"), _none, True),
    "archive.close_without_report": (lambda _b: _("Avslutade ärendet utan slutredovisning"), _reason, True),
    "archive.reopen": (lambda _b: _("Öppnade ärendet igen"), _reason, False),
    "archive.archive": (lambda _b: _("Arkiverade ärendet"), _none, True),
    "archive.build_package": (lambda b: _("Skapade arkivpaketet %(name)s", name=_s(b, "package")), _none, False),
    "archive.send_package": (
        lambda b: _("Paketet %(name)s lämnades till arkivet i %(delivery)s", name=_s(b, "package"), delivery=_s(b, "delivery")),
        _none,
        False,
    ),
    "archive.withhold_package": (
        lambda b: _("Ärendet kunde inte packas i %(delivery)s och lämnades inte", delivery=_s(b, "delivery")),
        _none,
        False,
    ),
    "archive.receive_package": (
        lambda b: _("Antecknade att arkivet har tagit emot paketet %(name)s", name=_s(b, "package")),
        lambda b: _s(b, "receipt"),
        False,
    ),
    "archive.refuse_package": (
        lambda b: _("Antecknade att arkivet har avvisat paketet %(name)s", name=_s(b, "package")),
        _reason,
        False,
    ),
    "disclosure.add_item": (_asked_for("Började pröva om %(what)s kan lämnas ut"), _disclosure, False),
    "disclosure.remove_item": (_asked_for("Tog bort %(what)s ur en begäran om utlämnande"), _disclosure, False),
    "disclosure.assess": (_asked_for("Bedömde om %(what)s kan lämnas ut"), _assessed, False),
    "disclosure.hand_out": (
        lambda b: _asked_for("Lämnade ut en maskad kopia av %(what)s" if b.get("masked") else "Lämnade ut %(what)s")(b),
        _disclosure,
        False,
    ),
    "disclosure.decide": (_asked_for("Beslutade att helt eller delvis inte lämna ut %(what)s"), _refused_in, False),
    "register.check_registration": (lambda _b: _("Kontrollerade registreringen"), _none, False),
    "register.enter_number": (
        lambda b: _("Angav diarienummer %(number)s i annat diarium", number=_s(b, "external_number") or _s(b, "number")),
        _none,
        False,
    ),
    "register.mark_secrecy": (
        lambda b: _("Sekretessmarkerade %(what)s", what=_marked(b)),
        lambda b: _s(b, "provision"),
        False,
    ),
    "register.confirm_mark": (
        lambda b: _("Bekräftade sekretessmarkeringen av %(what)s", what=_marked(b)),
        lambda b: _s(b, "provision"),
        False,
    ),
    "register.lift_mark": (lambda _b: _("Hävde sekretessmarkeringen"), _reason, False),
    READ_SECRET: (lambda _b: _("Läste sekretessmarkerat innehåll"), _none, False),
    "register.relate": (
        lambda b: _("Angav sambandet %(kind)s %(other)s", kind=_related(b), other=_s(b, "other")),
        _none,
        False,
    ),
    "register.unrelate": (
        lambda b: _("Avslutade sambandet %(kind)s %(other)s", kind=_related(b), other=_s(b, "other")),
        _reason,
        False,
    ),
    "register.declare_jav": (lambda _b: _("Anmälde jäv"), _reason, False),
    "register.note_fact": (
        lambda b: _(FACT_KINDS.get(_s(b, "kind"), "Antecknade en händelse")),
        lambda b: ", ".join(filter(None, (_day(b, "on_date") or _day(b, "date"), _s(b, "text")))),
        False,
    ),
    "register.correct": (lambda _b: _("Rättade ett skrivfel"), lambda b: _s(b, "text") or _reason(b), False),
    "documents.add": (_added, _none, False),
    "documents.mask_copy": (_masked, lambda b: _after(_("Maskad enligt"), _s(b, "provision")), False),
    "documents.quarantine": (_file("Satte %(name)s i karantän"), lambda b: _after(_("Funnet"), _s(b, "signature")), False),
    "documents.release": (_file("Tog %(name)s ur karantän"), lambda b: _after(_("Tidigare funnet"), _s(b, "signature")), False),
    "documents.damage": (_file("Fann att %(name)s är skadad i lagret"), _none, False),
    "documents.mend": (_file("Fann att %(name)s är hel igen i lagret"), _none, False),
    "documents.renew_seal": (_file("Tidsstämplade förseglingen av %(name)s"), _none, False),
}


# What is shown in the conversation itself: no event of the case, and no line of its sheet.
SAID_ELSEWHERE = ("conversation.write", "conversation.write_within")


TOLD = frozenset(_TEMPLATES)
"""The entry types that a case page tells."""


def has_template(action: str) -> bool:
    """Whether an entry type can be told."""
    return action in _TEMPLATES


def tell(row: TimelineRow) -> Told:
    """The entry in words. Raises KeyError for an entry type without a template."""
    sentence, detail, key = _TEMPLATES[row.action]
    who = _s(row.body, "by_title") or _s(row.body, "by") or _("Systemet")
    if instead := _s(row.body, "for_title") or _s(row.body, "for"):
        who = _("%(name)s som %(acting)s", name=who, acting=acting_as(instead))
    return Told(row.at, who, sentence(row.body), detail(row.body), key)
