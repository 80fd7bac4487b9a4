"""Every page of the portal in every shape it takes: who looks, where the case stands, what was sent.

One list for all that is asked of pages as pages: axe, the Nu checker, small windows, forced colours. That it is whole is
held by ``test_looks.py``: every address a browser can open, every status, every template.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.conftest import PASSWORD

Typed = dict[str, str | list[str]]

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@dataclass(frozen=True)
class Look:
    """One page as one person meets it.

    ``who`` is a username, empty for nobody signed in. In ``path``, ``{case}`` is the case in ``place``; other names in
    braces are what ``scenery`` has prepared. With ``sends`` the form on that page is sent with these fields on top (the one
    whose address ends with ``to``, when there are several) and the answer is the look; with ``then`` the form on that
    answer is sent in its turn. ``headers`` ask for a part of a page, ``trouble`` names what is wrong with the portal at
    that moment, ``town`` which instance is asked.
    """

    who: str
    path: str
    place: str = ""
    sends: Typed | None = None
    to: str = ""
    then: Typed | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    town: str = "walked"

    @property
    def is_fragment(self) -> bool:
        """A part that script puts into a page, not a page."""
        return "HX-Request" in self.headers

    @property
    def name(self) -> str:
        """What tells this look from every other, in words."""
        sent = ", ".join(f"{name}={value}" for name, value in (self.sends or {}).items())
        where = [self.place, self.town if self.town != "walked" else "", self.trouble, self.to, sent]
        where += ["sänt"] if self.sends is not None else []
        where += ["och sedan"] if self.then is not None else []
        where += ["del"] if self.is_fragment else []
        more = "".join(f", {word}" for word in where if word)
        return f"{self.who or 'ingen'} {self.path}{more}{f' → {self.status}' if self.status != 200 else ''}"


def _case(*rows: tuple[str, str]) -> Iterator[Look]:
    for place, who in rows:
        yield Look(who, "/askanden/{case}", place)


def _form(*rows: tuple[str, str, str]) -> Iterator[Look]:
    for place, who, page in rows:
        yield Look(who, f"/askanden/{{case}}/{page}", place)


def _page(who: str, *paths: str, town: str = "walked") -> Iterator[Look]:
    for path in paths:
        yield Look(who, path, town=town)


# The case in each place of the road, as it meets whoever has something to do there; and as others meet it.
CASES = (
    *_case(
        ("submitted", "kommunchef"),
        ("submitted", "sakerhetschef"),
        ("submitted", "ekonom"),
        ("submitted, no decision maker may act", "registrator"),
        ("submitted, no decision maker may act", "kommunchef"),
        ("submitted, secret", "registrator"),
        ("submitted, a line marked", "registrator"),
        ("submitted, a line marked", "sakerhetssamordnare"),
        ("with_manager", "forvaltningschef"),
        ("with_manager", "stadsmiljochef"),
        ("submitted, let pass by the manager", "stadsmiljochef"),
        ("submitted, a second version", "kommunchef"),
        ("returned", "sakerhetschef"),
        ("returned by the organ", "registrator"),
        ("referred", "registrator"),
        ("decided", "ekonom"),
        ("decided by the organ", "sakerhetschef"),
        ("decided, rejected", "ekonom"),
        ("dispatched", "sakerhetschef"),
        ("dispatched, money moved", "ekonom"),
        ("dispatched, copy failed", "ekonom"),
        ("dispatched, secret", "revisor"),
        ("reported", "ekonom"),
        ("settled", "registrator"),
        ("settled, no report due", "sakerhetschef"),
        ("closed", "arkivarie"),
        ("archived", "revisor"),
        ("withdrawn", "registrator"),
    ),
)

# The forms of the road, each where it is in turn.
FORMS = (
    *_form(
        ("draft", "sakerhetschef", "skriv"),
        ("draft", "sakerhetschef", "skriv?visa=allt"),
        ("draft, empty", "sakerhetschef", "skriv"),
        ("draft, with attachments", "sakerhetschef", "skriv"),
        ("returned", "sakerhetschef", "skriv"),
        ("draft", "sakerhetschef", "granska"),
        ("draft, empty", "sakerhetschef", "granska"),
        ("returned", "sakerhetschef", "granska"),
        ("draft", "sakerhetschef", "kasta"),
        ("draft, read in", "sakerhetschef", "las-in"),
        ("draft, read in from a PDF", "sakerhetschef", "las-in"),
        ("draft, read in from Word", "sakerhetschef", "las-in"),
        ("draft, read in, no request", "sakerhetschef", "las-in"),
        ("with_manager", "forvaltningschef", "godkann"),
        ("with_manager", "forvaltningschef", "lamna-tillbaka"),
        ("with_manager", "stadsmiljochef", "ta-tillbaka"),
        ("submitted", "sakerhetschef", "aterkalla"),
        ("submitted", "kommunchef", "besluta"),
        ("submitted", "kommunchef", "komplettering"),
        ("submitted", "kommunchef", "overlamna"),
        ("submitted", "ekonom", "yttrande"),
        ("submitted", "kommunchef", "jav"),
        ("submitted", "registrator", "registrering"),
        ("submitted", "revisor", "samtal"),
        ("returned", "sakerhetschef", "samtal"),
        ("returned", "kommunchef", "samtal?svar={question}"),
        ("submitted", "registrator", "inkommen-handling"),
        ("submitted", "registrator", "sekretess"),
        ("submitted", "registrator", "nummer"),
        ("submitted, secret", "registrator", "hav-sekretess"),
        ("submitted, a line marked", "registrator", "sekretess"),
        ("submitted, a line marked", "registrator", "hav-sekretess"),
        ("returned", "kommunchef", "ateruppta"),
        ("referred", "registrator", "protokoll"),
        ("submitted", "registrator", "overta"),
        ("returned", "registrator", "overta"),
        ("dispatched", "registrator", "overklagande"),
        ("decided, rejected", "registrator", "overklagande"),
        ("decided", "ekonom", "bokfor"),
        ("decided, rejected", "ekonom", "bokfor"),
        ("decided", "registrator", "skicka-kopior"),
        ("dispatched", "kommunchef", "ersatt-beslut"),
        ("decided by the organ", "registrator", "ersatt-beslut"),
        ("dispatched", "sakerhetschef", "omfordela"),
        ("dispatched, money moved", "ekonom", "omfordela/bekrafta"),
        ("dispatched, money moved", "ekonom", "omfordela/{redistribution}/bekrafta"),
        ("dispatched", "ekonom2", "kontrollera-justering"),
        ("dispatched", "sakerhetschef", "slutredovisa"),
        ("dispatched", "sakerhetschef", "lagesrapport"),
        ("dispatched", "registrator", "avsluta-utan-slutredovisning"),
        ("dispatched, copy failed", "ekonom", "kopior/{failed}/skicka-igen"),
        ("dispatched, copy failed", "ekonom", "expediering"),
        ("reported", "ekonom", "godkann-slutredovisning"),
        ("reported", "ekonom", "aterlamna-slutredovisning"),
        ("settled", "registrator", "avsluta"),
        ("settled", "registrator", "rensa"),
        ("settled", "sakerhetschef", "nytt-askande"),
        ("decided", "sakerhetschef", "nytt-askande"),
        ("settled", "registrator", "handelse"),
        ("settled", "registrator", "samband"),
        ("settled, no report due", "registrator", "avsluta-samband"),
        ("archived", "registrator", "maskera"),
        ("settled", "ekonom", "ratta"),
        ("withdrawn", "registrator", "avsluta"),
        ("closed", "registrator", "ateroppna"),
        ("closed", "registrator", "avsluta"),
    ),
)
MASKING: Typed = {"provision": "18 kap. 8 § OSL", "do": "look"}

# What is not about one case: lists, money, people, and pages that always stand.
LISTS = (
    *_page("sakerhetschef", "/", "/askanden", "/askanden?q=finns-inte", "/askanden?status=decided", "/askanden/ny"),
    *_page("sakerhetschef", "/askanden/las-in", "/konto", "/konto/aviseringar", "/aviseringar", "/hjalp", "/hjalp/aska"),
    *_page("sakerhetschef", "/handlingar/{plan_txt}/visa", "/handlingar/{blankett_pdf}/visa"),
    *_page("kommunchef", "/handlingar/{decision_document}/visa"),
    *_page("kommunchef", "/", "/avsatta-medel", "/avsatta-medel/{fund}", "/beslut"),
    *_page("ekonom", "/utfall", "/utfall/granska?fil={outcome_file}", "/utfall/{outcome}", "/utfall/{outcome}?visa=okanda"),
    *_page("registrator", "/handlingar/{decision_document}/maskera"),
    Look("registrator", "/handlingar/{decision_document}/maskera", sends={"passage": "title~0", **MASKING}),
    *_page("registrator", "/filer"),
    *_page("ekonom", "/utskick"),
    *_page("admin", "/utskick"),
    Look("admin", "/utskick", sends={"text": "Hej"}, to="studsar", status=422),
    *_page("registrator", "/diariet/dagens-post", "/diariet/dagens-post?dag=2001-01-01", "/diariet/handlingar/{registered}"),
    *_page("admin", "/filer"),
    *_page("revisor", "/diariet/last-sekretess", "/diariet/last-sekretess?fran=2019-01-01&till=2019-01-02"),
    *_page("registrator", "/diariet/omprova-sekretess"),
    *_page("revisor", "/avvikelser", "/avvikelser?slag=ersatta", "/avvikelser?slag=anmalan&ar=2019"),
    *_page("revisor", "/avvikelser/urval", "/avvikelser/urval?fro=1", "/avvikelser/urval?fro=1&ar=2019"),
    Look("revisor", "/avvikelser/urval.zip", status=404),
    *_page("ekonom", "/", "/avsatta-medel/ny", "/avsatta-medel/{fund}/andra", "/omfordelningar"),
    *_page("ekonom", "/avsatta-medel/{fund}/regler", "/avsatta-medel/{fund}/arsslut"),
    *_page("ekonom", "/kodtabeller", "/kodtabeller/projekt", "/kodtabeller/projekt/granska?fil={codes}"),
    *_page("ekonom", "/budgetexport", "/budgetexport/{export}", "/budgetjusteringar"),
    *_page("admin", "/budgetexport/mallar", "/budgetexport/mallar/ny", "/budgetexport/mallar/{template}"),
    *_page("registrator", "/", "/diariet", "/diariet?q=finns-inte", "/avsatta-medel/beslut/{fund_decision}/bekrafta"),
    *_page("registrator", "/avsatta-medel", "/administration/delegationer"),
    *_page("registrator", "/beslut?anmalan=inte", "/beslut?anmalan=inte&fran=2026-13-01"),
    *_page("registrator", "/beslut/listor", "/beslut/listor/{list}", "/sammantraden", "/sammantraden/{meeting}"),
    *_page("revisor", "/beslut/listor/{list}"),
    *_page("sakerhetschef", "/sammantraden"),
    *_page("registrator", "/beslut/listor", town="crowded"),
    *_page("registrator", "/beslut/listor", "/sammantraden", town="empty"),
    *_page("revisor", "/utlamnande", "/utlamnande/{refused}"),
    *_page("registrator", "/utlamnande/ny", "/utlamnande/{asked}?q=2026", "/utlamnande/{asked}/handlingar/{asked_item}"),
    *_page("registrator", "/utlamnande/{asked}/andra", "/utlamnande/{asked}/avsluta"),
    *_page("registrator", "/utlamnande/{reviewed}/lamna-ut", "/utlamnande/{reviewed}/beslut"),
    *_page("arkivarie", "/", "/arkiv", "/arkiv/avtal", "/arkiv/avtal/nytt", "/arkiv/avtal/{agreement}"),
    *_page("arkivarie", "/arkiv/leveranser", "/arkiv/leveranser/ny", "/arkiv/leveranser/{delivery}"),
    *_page("kommunledning", "/", "/kopior", "/kopior/{copy}", "/kopior/{acted}"),
    *_page("admin", "/administration", "/administration/personer/ny", "/administration/personer/{person}"),
    *_page("admin", "/administration/personer/{closed_person}", "/administration/enheter", "/administration/organ"),
    *_page("admin", "/administration/mottagare"),
    *_page("admin", "/administration/diarier", "/administration/diarier/{register}"),
    *_page("admin", "/administration/diarier/{register}?monster={{diarium}}-{{år}}-{{löpnummer:5}}"),
    *_page("admin", "/administration/delegationsordning", "/administration/delegationsordning/ny"),
    *_page("admin", "/administration/delegationsordning/{waiting_order}"),
    *_page("registrator", "/administration/delegationsordning/{waiting_order}"),
    *_page("revisor", "/administration/delegationsordning/{order}"),
    *_page("revisor", "/administration/delegationsordning", town="empty"),
    *_page("admin", "/administration/installningar", "/administration/delegationer", "/administration/delegationer/ny"),
    *_page("", "/logga-in", "/hjalp", "/personuppgifter", "/tillganglighet", "/kontrollera", "/lank/{link}"),
    *_page("ekonom", "/", "/utkorg", town="demo"),
    *_page("sakerhetschef", "/askanden", town="crowded"),
    *_page("kommunchef", "/", town="crowded"),
    *_page("registrator", "/diariet", town="crowded"),
    *_page("registrator", "/sok", "/sok?q=trygghet", "/sok?q=finns-inte&ar=2026&person=ingen"),
    *_page("registrator", "/sok?q=trygghet", town="crowded"),
    *_page("sakerhetschef", "/", "/askanden", town="empty"),
    *_page("kommunchef", "/avsatta-medel/{fund}", "/beslut", town="empty"),
    *_page("ekonom", "/omfordelningar", "/avvikelser", town="empty"),
    *_page("registrator", "/diariet", town="empty"),
    *_page("arkivarie", "/arkiv", "/arkiv/avtal", "/arkiv/leveranser", "/arkiv/leveranser/ny", town="empty"),
    *_page("kommunledning", "/kopior", town="empty"),
)

_NOTHING: Typed = {}
WRONG = "fel lösenord"
AGAIN: Typed = {"username": "admin", "password": PASSWORD}
NOT_IN: Typed = {"username": "admin", "password": WRONG}
# Minutes of a meeting, and what is none, read in beside the form.
EXTRACT: Typed = {
    "snabb": "las",
    "classified": "nej",
    "extract": "Kommunstyrelsen\nSammanträdesprotokoll\nSammanträdesdatum 2026-11-10\n\n§ 88\nDnr KS 1999/77\n\n"
    "Medel för trygghetsskapande åtgärder\n\nBeslut\n\nKommunstyrelsen beviljar säkerhetsenheten 800 000 till 1 000 000 kronor "
    "ur trygghetsmiljonen.\n\nReservation\n\nBo Ek (M) reserverar sig mot beslutet.\n\n"
    "Beslutet skickas till\n\nEkonomienheten\n",
}
NO_EXTRACT: Typed = {"snabb": "las", "classified": "nej", "extract": "Matsedel\n\nMåndag: fisk\n"}
MEANWHILE = "submitted, decided meanwhile"

# Forms that come back with what is to be put right, and pages that say why not.
REFUSED = (
    Look("", "/logga-in", sends={"username": "ekonom", "password": WRONG}, status=422),
    Look("", "/logga-in", sends={"username": "revisor", "password": WRONG}, status=429, trouble="throttled"),
    Look("", "/lank/{link}", sends={"new_password": "kort", "again": "annat"}, status=422),
    Look("", "/lank/forbrukad", status=404),
    Look("admin", "/administration/enheter", sends={"name": "Ny enhet"}, status=401, trouble="signed out"),
    Look("admin", "/administration/enheter", sends={"name": "Ny enhet"}, then=AGAIN, trouble="signed out"),
    Look("sakerhetschef", "/askanden/las-in", sends={"text": ""}, status=422),
    Look("sakerhetschef", "/askanden/{case}/las-in", "draft, read in", sends={"surplus": "1"}, status=422),
    Look("sakerhetschef", "/askanden/{case}/skriv", "draft", sends={"version": "99"}, to="spara", status=409),
    Look("sakerhetschef", "/askanden/{case}/skriv", "draft", sends={"attach": "1"}, to="spara", status=422),
    Look("sakerhetschef", "/askanden/{case}/slutredovisa", "dispatched", sends=_NOTHING, status=422),
    Look("registrator", "/handlingar/{decision_document}/maskera", sends={"phrases": "Finns inte", **MASKING}, status=422),
    Look("sakerhetschef", "/askanden/{case}/omfordela", "dispatched", sends={"reason": ""}, status=422),
    Look("sakerhetschef", "/konto", sends={"old_password": WRONG, "new_password": "kort"}, to="losenord", status=422),
    Look("kommunchef", "/askanden/{case}/besluta", "submitted", sends={"text": "", "password": WRONG}, status=422),
    Look("kommunchef", "/askanden/{case}/komplettering", "submitted", sends={"reason": ""}, status=422),
    Look("kommunchef", "/askanden/{case}/overlamna", "submitted", sends={"organ": "", "text": ""}, status=422),
    Look("ekonom", "/askanden/{case}/bokfor", "decided", sends={"period": "", "password": WRONG}, status=422),
    Look("ekonom", "/avsatta-medel/ny", sends={"name": "", "amount": "1.500"}, status=422),
    Look("ekonom", "/avsatta-medel/{fund}/regler", sends={"cost_type": "", "report": ""}, status=422),
    Look("ekonom", "/avsatta-medel/{fund}/arsslut", sends={"kind": "", "amount": "1.500"}, status=422),
    Look("registrator", "/askanden/{case}/protokoll", "referred", sends={"paragraph": ""}, status=422),
    Look("registrator", "/askanden/{case}/protokoll", "referred", sends={"snabb": "las", "extract": "x"}, status=422),
    Look("registrator", "/askanden/{case}/protokoll", "referred", sends=EXTRACT),
    Look("registrator", "/askanden/{case}/ersatt-beslut", "decided by the organ", sends=NO_EXTRACT),
    Look("registrator", "/askanden/{case}/sekretess", "submitted", sends={"provision": ""}, status=422),
    Look("kommunchef", "/askanden/{case}/samtal", "returned", sends={"mention": "Ingen Alls"}, status=422),
    Look("registrator", "/askanden/{case}/inkommen-handling", "submitted", sends={"title": ""}, status=422),
    Look("registrator", "/diariet/handlingar/{registered}", sends={"title": ""}, status=422),
    Look("registrator", "/utlamnande/{reviewed}/handlingar/{reviewed_item}", sends={"assessment": "masked"}, status=422),
    Look("arkivarie", "/arkiv/avtal/nytt", sends={"number": "", "channel": "sftp", "host": "-o"}, status=422),
    Look("arkivarie", "/arkiv/leveranser/{delivery}", sends={"package": "X"}, to="kvitto", status=422),
    Look("admin", "/administration/personer/ny", sends={"username": "", "name": ""}, status=422),
    Look("admin", "/administration/personer/{person}", sends={"ground": ""}, to="ersattare", status=422),
    Look("admin", "/administration/mottagare", sends={"name": "Rådet", "email": "a@b,c"}, to="mottagare", status=422),
    Look("admin", "/administration/personer/{person}", sends=_NOTHING, to="lank"),
    Look("admin", "/administration/delegationsordning/{waiting_order}", sends={"clause": ""}, to="punkter", status=422),
    Look("admin", "/administration/delegationer/ny", sends={"clause": "", "ceiling": "x"}, status=422),
    Look("sakerhetschef", "/finns-inte", status=404),
    Look("", "/finns-inte", status=404),
    Look("admin", "/askanden/ny", status=403),
    Look("sakerhetschef", "/konto", sends={"surplus": "1"}, to="/avsluta", status=422),
    Look("kommunchef", "/askanden/{case}/besluta", "submitted", sends={"version": "0", "password": PASSWORD}, status=409),
    Look("tf.kommunchef", "/askanden/{case}/jav", "submitted", sends={"version": "0", "reason": "Släkt."}, status=409),
    Look("kommunchef", "/askanden/{case}/overlamna", MEANWHILE, sends=_NOTHING, status=409, trouble="decided meanwhile"),
    Look("ekonom", "/askanden/{case}/yttrande", "submitted", sends={"csrf_token": "x"}, status=400),
    Look("ekonom", "/askanden/{case}/yttrande", "submitted", sends={"text": "Långt."}, status=413, trouble="large"),
    Look("ekonom", "/askanden/{case}/yttrande", "submitted", sends={"text": "Utrymme finns."}, status=503, trouble="busy"),
    Look("ekonom", "/personuppgifter", status=500, trouble="fault"),
)

# What script puts into a page that stays.
PARTS = (
    Look("admin", "/administration/enheter", sends=_NOTHING, status=401, headers=HTMX, trouble="signed out"),
    Look("admin", "/administration/organ", sends=_NOTHING, then=NOT_IN, status=422, headers=HTMX, trouble="signed out"),
    Look("admin", "/administration/organ", sends=_NOTHING, then=AGAIN, headers=HTMX, trouble="signed out"),
    Look("sakerhetschef", "/askanden/{case}/skriv", "draft, empty", sends=_NOTHING, to="spara", headers=HTMX),
    Look("sakerhetschef", "/askanden/{case}/skriv", "draft", sends={"version": "99"}, to="spara", status=409, headers=HTMX),
    Look("kommunchef", "/askanden/{case}/besluta", "submitted", sends={"snabb": "inget:1"}, headers=HTMX),
    Look("kommunchef", "/", headers=HTMX),
)

PAGES: tuple[Look, ...] = (*CASES, *FORMS, *LISTS, *REFUSED)
LOOKS: tuple[Look, ...] = (*PAGES, *PARTS)
