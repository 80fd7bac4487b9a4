"""The headings of municipal documents, one row each: what the section under it holds, and the words.

A municipality with a heading of its own is one more row. In the words, which are compared without regard to capitals:
``(så)`` may be left out, ``i/till`` is one of several words, ``konsekvens*`` has any ending, ``…`` is any few words,
``{owner}`` is whose (*Arbetsutskottets*), ``{organ}`` is the body that the heading says decides,
``{draft}`` is *(förslag)*.
"""

from enum import Flag, StrEnum, auto


class Family(StrEnum):
    """What a section holds."""

    FRONT = "front"
    PROPOSAL = "proposal"
    DECISION = "decision"
    BODY = "body"
    BASIS = "basis"
    RECIPIENTS = "recipients"
    INFORMATION = "information"
    JAV = "jav"
    RESERVATION = "reservation"
    CONTACTS = "contacts"  # who prepared the case or answers questions; none of them signs there
    FILES = "files"  # the names of attached files
    PROTOCOL = "protocol"  # how the meeting went: motions, votes


class Use(Flag):
    """Where words that are a heading may be something else."""

    ALWAYS = 0
    OVER_PROSE = auto()  # a heading over running text only; else a recipient or a budget line
    NAMES_DOCUMENT = auto()  # where documents or recipients are listed: one of them
    ELSE_BASIS = auto()  # over a list of documents: the decision basis
    NOT_FIRST = auto()  # before every other heading: the name of the document


PROPOSAL, DECISION, BODY, BASIS = Family.PROPOSAL, Family.DECISION, Family.BODY, Family.BASIS
RECIPIENTS, INFORMATION, PROTOCOL = Family.RECIPIENTS, Family.INFORMATION, Family.PROTOCOL
OVER_PROSE, NAMES_DOCUMENT = Use.OVER_PROSE, Use.NAMES_DOCUMENT

Row = tuple[Family, str] | tuple[Family, str, Use]

HEADINGS: tuple[Row, ...] = (
    # How the meeting went
    (PROTOCOL, "förslag till beslut på/under/vid sammanträdet/mötet"),
    (PROTOCOL, "förslag på sammanträdet/mötet"),
    (PROTOCOL, "beslutsgång"),
    (PROTOCOL, "beslutsordning"),
    (PROTOCOL, "yrkande/yrkanden/yrkandet/tilläggsyrkande/tilläggsyrkanden"),
    (PROTOCOL, "förslag och yrkanden"),
    (PROTOCOL, "yrkanden och …"),
    (PROTOCOL, "proposition/propositioner/propositionsordning"),
    (PROTOCOL, "proposition/propositioner/propositionsordning och …"),
    (PROTOCOL, "omröstning/omröstningsresultat/omröstningsordning/omröstningslista"),
    (PROTOCOL, "votering/voteringslista/voteringsordning"),
    (PROTOCOL, "deltar ej/inte i beslut/beslutet"),
    (PROTOCOL, "protokollsanteckning/protokollsanteckningar"),
    (PROTOCOL, "särskilt/särskild/särskilda yttrande/yttranden"),
    (PROTOCOL, "expedierat/bestyrkt"),
    (PROTOCOL, "justerare/justerande/justering/justeras/justerat"),
    (PROTOCOL, "vid protokollet"),
    (PROTOCOL, "paragrafer"),
    (PROTOCOL, "underskrift/underskrifter"),
    (PROTOCOL, "undertecknas/underteckna"),
    (PROTOCOL, "närvarande/beslutande"),
    (PROTOCOL, "ajournering"),
    (PROTOCOL, "(ordförandens/ordförande) förslag till beslutsordning/beslutsgång/propositionsordning/propositionsgång"),
    (PROTOCOL, "ärendets (tidigare) behandling/gång"),
    (PROTOCOL, "tidigare behandling"),
    (PROTOCOL, "inlägg/anföranden"),
    (PROTOCOL, "dagens sammanträde/möte"),
    (PROTOCOL, "(ärendets) behandling/överläggning/överläggningar (på/under/vid/i sammanträdet/mötet/kommunstyrelsen/nämnden)"),
    (PROTOCOL, "beslutsplanering/beslutsprocess/ärendegång"),
    (PROTOCOL, "checklista (för beslut)", NAMES_DOCUMENT),
    (Family.RESERVATION, "reservation/reservationer"),
    (Family.RESERVATION, "reservationer och …"),
    (Family.JAV, "jäv"),
    (Family.JAV, "anmälan om jäv"),
    # Who to ask
    (Family.CONTACTS, "beredningsansvarig/beredningsansvariga/ärendeansvarig/ärendeansvariga", Use.NOT_FIRST),
    (Family.CONTACTS, "handläggare/kontaktperson/kontaktpersoner/föredragande/kontaktuppgifter", Use.NOT_FIRST),
    (Family.CONTACTS, "upplysningar/frågor (lämnas/besvaras) av", Use.NOT_FIRST),
    # What is proposed
    (PROPOSAL, "({owner}) förslag till beslut/att-satser/beslutspunkter (i/för/till {organ})"),
    (PROPOSAL, "beslutsförslag/beslutsförslaget"),
    (PROPOSAL, "föreslaget beslut"),
    (PROPOSAL, "({deciding}) beslut {draft}"),
    (PROPOSAL, "förslag till ställningstagande/ställningstaganden"),
    (PROPOSAL, "förslag till {owner} beslut"),
    (PROPOSAL, "beslutsförslag till/för/i {organ}"),
    (PROPOSAL, "hemställan/begäran/äskande"),
    (PROPOSAL, "beslut - förslag till {organ}"),
    (PROPOSAL, "({owner}) förslag (till {body})"),
    # What was decided
    (DECISION, "beslut/beslutet"),
    (DECISION, "beslut i {organ}"),
    (DECISION, "{deciding} beslut (för egen del)"),
    (DECISION, "beslut för egen del"),
    (DECISION, "beslutstext/beslutsformulering"),
    (DECISION, "beslut enligt/på delegation", Use.NOT_FIRST),
    # What it rests on
    (BASIS, "beslutsunderlag/beslutsunderlaget (i ärendet)"),
    (BASIS, "underlag (för/till beslut/beslutet/ärendet)"),
    (BASIS, "bilaga/bilagor (till ärendet/tjänsteskrivelsen)"),
    (BASIS, "(ärendets) handlingar (i ärendet)"),
    (BASIS, "referenser/bifogas"),
    (BASIS, "bilageförteckning/dokumentförteckning/handlingsförteckning"),
    (BASIS, "dokument/underlag i ärendet"),
    (BASIS, "bilagda/tillhörande handlingar/dokument"),
    (BASIS, "beslutsunderlag/underlag/handlingar och bilagor"),
    (BASIS, "(i ärendet finns) följande handlingar/dokument (finns i ärendet)"),
    (BASIS, "bifogade handlingar/underlag/dokument"),
    (BASIS, "underlag/handlingar/dokument som bifogas"),
    (Family.FILES, "bifogade filer"),
    # Who gets it
    (RECIPIENTS, "kopia/kopior (av/på beslut/beslutet/protokollet) (skickas) (till)"),
    (RECIPIENTS, "beslut/beslutet/protokollsutdrag/protokollsutdraget/protokollet/utdrag/utdraget/paragrafen/ärendet "
                 "(ska/skall) (skickas/expedieras/delges/sänds/sändas/översänds/översändas/meddelas/lämnas) till"),
    (RECIPIENTS, "(beslutet) (ska/skall) skickas/expedieras/sänds/sändas/översänds/delges/meddelas (till)"),
    (RECIPIENTS, "(beslutet) skickas/expedieras/sänds för verkställighet/åtgärd/handläggning (till)"),
    (RECIPIENTS, "beslutsexpediering/expediering/sändlista/delgivning/delges"),
    (RECIPIENTS, "exp./expedierat/expedierats till"),
    (RECIPIENTS, "exp/exp./expedition/expedierad/expedieras/delges (till)"),
    (RECIPIENTS, "(beslutet/beslut) tillställs/underrättas/delgivits/delgives/sändes"),
    (RECIPIENTS, "distribution/utskick/distributionslista"),
    (RECIPIENTS, "(kopia) för verkställighet/verkställande/åtgärd/handläggning (till)"),
    (RECIPIENTS, "information/meddelande/underrättelse om beslut/beslutet (till)"),
    (RECIPIENTS, "utdrag/protokollsutdrag", Use.NOT_FIRST),
    (RECIPIENTS, "mottagare (av beslutet)", Use.NOT_FIRST),
    (RECIPIENTS, "(till) akten"),
    (INFORMATION, "(kopia/beslutet) (skickas) för/till kännedom (till)"),
    (INFORMATION, "(kopia/kopior) för information (till)"),
    # The description
    (BODY, "(en) (kort) sammanfattning (av ärendet)"),
    (BODY, "ärendebeskrivning"),
    (BODY, "ärendebeskrivning/ärenderedogörelse/sakframställning/behovsbeskrivning/lägesbeskrivning"),
    (BODY, "ärendets/ärendet beskrivning"),
    (BODY, "ärendet i sin helhet"),
    (BODY, "beskrivning av behov/behovet/insatsen/insatserna/åtgärden/åtgärderna/projektet"),
    (BODY, "nuvarande situation/läge"),
    (BODY, "utgångspunkter/förutsättningar/fakta", OVER_PROSE),
    (BODY, "(tidigare) beslut och beredning"),
    (BODY, "tidigare beslut (i ärendet)"),
    (BODY, "föredragning (av ärendet)", OVER_PROSE),
    (BODY, "ärendet/ärende (i korthet)"),
    (BODY, "beskrivning (av ärendet)"),
    (BODY, "(ärendets) bakgrund/bakgrunden (till ärendet)"),
    (BODY, "bakgrund och …"),
    (BODY, "inledning/historik/nulägesbeskrivning"),
    (BODY, "nuläge", NAMES_DOCUMENT),
    (BODY, "({owner}) (samlade) bedömning/bedömningar"),
    (BODY, "({owner}) (samlade) bedömning/bedömningar och …"),
    (BODY, "ekonomisk*/juridisk*/samlad*/organisatorisk*/social* bedömning/konsekvens*/analys/redovisning/kalkyl/fördelning"),
    (BODY, "ekonomisk*/juridisk*/samlad*/organisatorisk*/social* bedömning/konsekvens*/analys/redovisning/kalkyl och …"),
    (BODY, "ekonomi/kostnad/budget", OVER_PROSE),
    (BODY, "ekonomi/kostnad/kostnader/budget/finansiering och finansiering/kostnader/resurser/kostnad"),
    (BODY, "kostnadsbild/finansieringsplan/ekonomiavsnitt", OVER_PROSE),
    (BODY, "ekonomisk*/juridisk*/rättslig* överväganden/förutsättningar/påverkan/aspekter/perspektiv/effekter"),
    (BODY, "konsekvenser (av förslaget/beslutet)"),
    (BODY, "effekter/måluppfyllelse/resultat", OVER_PROSE),
    (BODY, "förväntade/förväntat effekter/effekt/resultat"),
    (BODY, "barnperspektiv/barnperspektivet/miljöperspektiv/jämställdhetsperspektiv/tillgänglighetsperspektiv"),
    (BODY, "koppling till …"),
    (BODY, "agenda 2030"),
    (BODY, "facklig samverkan/information/förhandling"),
    (BODY, "information och samverkan"),
    (BODY, "({owner}) synpunkter (och förslag)"),
    (BODY, "remissbehandling/remissinstanser/samråd", OVER_PROSE),
    (BODY, "alternativa lösningar"),
    (BODY, "avgränsningar/organisation/säkerhet/sekretess/tillgänglighet/lagstiftning/juridik", OVER_PROSE),
    (BODY, "finansiering/kostnader"),
    (BODY, "kalkyl/kostnadskalkyl/kostnadsberäkning/tidplan/riskbedömning", NAMES_DOCUMENT),
    (BODY, "motivering/beslutsmotivering (till beslut/beslutet)"),
    (BODY, "skäl/skälen/motiv för/till beslut/beslutet"),
    (BODY, "syfte (och mål)"),
    (BODY, "mål/behov", OVER_PROSE),
    (BODY, "behovet/problembeskrivning"),
    (BODY, "*konsekvenser/*konsekvensanalys/*konsekvensbedömning/*konsekvensbeskrivning", NAMES_DOCUMENT),
    (BODY, "*konsekvenser/*konsekvensanalys/*konsekvensbedömning/*konsekvensbeskrivning …"),
    (BODY, "(prövning av) barnets bästa"),
    (BODY, "barnrättsperspektiv*/jämställdhet*"),
    (BODY, "genomförande (och uppföljning)"),
    (BODY, "uppföljning", OVER_PROSE),
    (BODY, "uppföljning och återredovisning"),
    (BODY, "beredning", OVER_PROSE | Use.ELSE_BASIS),
    (BODY, "beredningen"),
    (BODY, "ärendets beredning"),
    (BODY, "remissyttrande/remissyttranden"),
    (BODY, "åtgärder/insatser", OVER_PROSE),
    (BODY, "planerade åtgärder"),
    (BODY, "förslag till åtgärder"),
    (BODY, "lagrum/lagstöd/risker/överväganden"),
    (BODY, "samverkan/kommunikation/utredning/yttrande/övrigt", OVER_PROSE),
    (BODY, "redogörelse (för ärendet)"),
    (BODY, "förvaltningens synpunkter/yttrande/överväganden"),
    (BODY, "alternativ/slutsats/slutsatser"),
)  # fmt: skip
