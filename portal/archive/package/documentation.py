"""What goes along for whoever reads the package alone: how it is made, and the log with its proof and a verifier."""

import json
from functools import cache
from pathlib import Path

from sqlalchemy import Column

from portal.archive.package import tables
from portal.archive.package.holdings import Holding
from portal.archive.package.own_data import NAMESPACE
from portal.archive.package.profile import SOFTWARE, SOFTWARE_VERSION
from portal.db import UTCDateTime

LOG = "logg.json"
KEY = "loggens-nyckel.txt"
VERIFIER = "kontrollera_beslut.pyz"
CHECK = "kontrollera_paket.py"
SYSTEM = "systemdokumentation.txt"

_ABOUT = f"""{SOFTWARE}, version {SOFTWARE_VERSION}: systemdokumentation för ett ärende i ett paket

Vad paketet är
Ett ärende om äskande, från det första utkastet till att ärendet avslutades, hämtat ur kommunens ärendehanteringssystem.

Var allt ligger
METS.xml                                      vad paketet innehåller, med kontrollsumma för varje fil
metadata/descriptive/dc.xml                   ärendet i korthet (Dublin Core)
metadata/preservation/premis.xml              att paketet skapades
documentation/                                det här, en innehållsförteckning, ärendets logg och program som kontrollerar
schemas/                                      de scheman som filerna följer
representations/rep1/data/erms.xml            ärendet och dess handlingar (E-ARK CITS ERMS)
representations/rep1/data/handlingar/         handlingarna som filer
representations/rep1/metadata/preservation/   varje fils format, kontrollsumma och historia (PREMIS)

Hur erms.xml läses
Det som ERMS har egna element för står i dem. Under additionalXMLData, i namnrymden {NAMESPACE}, står dessutom
varje rad som systemet har om ärendet, tabell för tabell, så att ärendet kan återskapas som data utan systemet. Tomma fält är
utelämnade. Tider står i UTC, belopp i hela kronor, datum är svenska. Fält som slutar på _id pekar på en rad i en annan tabell.
Av personer, enheter, organ och annat som flera ärenden delar står bara det som behövs för att läsa ärendet.

Hur paketet kontrolleras
python3 documentation/{CHECK}          jämför varje fil med sin kontrollsumma och varje loggpost med loggens bevis
python3 documentation/{VERIFIER} BESLUT.pdf --key NYCKEL   kontrollerar ett beslut; nyckeln står i {KEY}
Programmen behöver Python 3.10 eller senare och ingenting annat. Skriv inget i paketets mapp.

Loggen
Varje åtgärd i ärendet är en post i en logg som inte kan ändras i efterhand. {LOG} har varje post som den skrevs, med bevis
(C2SP tlog-proof) för att posten finns i den logg som kommunens nyckel har undertecknat. Av en post vars innehåll har gallrats
finns huvudet kvar, så att beviset håller.
Läsning av sekretess och framställning av paket loggas i systemet och är inte del av ärendet.

Tabeller och fält
"""


@cache
def system() -> bytes:
    """The system documentation: what the package is, and every table with its fields."""
    lines = [_ABOUT.rstrip("\n"), ""]
    for name in sorted((*tables.own(), *tables.SHARED, tables.RELATED)):
        lines.append(name)
        table = tables.table_of(name)
        lines += [f"    {field_line(table.columns[each])}" for each in tables.columns_of(name)]
        lines.append("")
    return "\n".join(lines).encode()


_KINDS = {"str": "text", "int": "heltal", "bool": "ja eller nej", "date": "datum", "bytes": "byte", "UUID": "uuid"}


def field_line(column: Column[object]) -> str:
    """A field in words: name, kind, where it points and whether it may be empty."""
    to = tables.points_at(column)
    return f"{column.name}: {_kind(column)}{f', pekar på {to}' if to else ''}{', kan vara tomt' if column.nullable else ''}"


def _kind(column: Column[object]) -> str:
    if isinstance(column.type, UTCDateTime):
        return "tidpunkt (UTC)"
    if column.type.__visit_name__.upper() == "JSON":
        return "JSON"
    try:
        return _KINDS.get(column.type.python_type.__name__, "text")
    except NotImplementedError:
        return "text"


def log(held: Holding) -> bytes:
    """The entries of the case, oldest first, as JSON."""
    said = [
        {"header": each.header, "body": each.body or None, "salt": each.salt.hex() or None, "proof": each.proof}
        for each in held.log
    ]
    return (json.dumps({"version": 1, "entries": said}, ensure_ascii=False, indent=1) + "\n").encode()


def key(held: Holding) -> bytes:
    """The log's public key, as the verifiers take it."""
    return f"{held.log_key}\n".encode()


def verifier() -> bytes:
    """The verifier of decisions as one file."""
    from portal.verify.single import verifier_file  # reads every source it is made of: only when a package is built

    return verifier_file()


@cache
def check() -> bytes:
    """The program that checks the package itself."""
    return (Path(__file__).parent / "outside" / CHECK).read_bytes()
