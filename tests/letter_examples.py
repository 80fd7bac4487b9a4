"""Example letters and reports with everything in them: statement, dispatch letter, disposal report, delivery report."""

from copy import deepcopy

from portal.documents.disclosure_shapes import DisclosureDecision
from portal.documents.letter_shapes import DispatchLetter, StatementDocument
from portal.documents.report_shapes import DeliveryReport, DisposalReport, PackageReport
from portal.documents.shapes import Municipality

_MUNICIPALITY: Municipality = {"name": "Åkersbro kommun"}
_MADE_AT = "2026-11-22T13:32:07Z"
_TITLE = "Brottsförebyggande och trygghetsfrämjande åtgärder 2026"

_STATEMENT: StatementDocument = {
    "made_at": "2026-11-20T12:00:00Z",
    "municipality": _MUNICIPALITY,
    "test": False,
    "title": _TITLE,
    "unit": "Ekonomienheten",
    "date": "2026-11-20",
    "case_number": "KS 2026/231",
    "version": 2,
    "asked_by": "Säkerhetsenheten",
    "requested_total": 1000000,
    "stance": "Tillstyrks",
    "text": "Medlen ryms inom trygghetsmiljonen. Efter beslutet finns inga medel kvar att fördela under 2026.\n\n"
    "Kamerorna är en investering och konteras på projekt 4410. Kapitalkostnaden belastar säkerhetsenheten från 2027.",
    "balance": 0,
    "cost_type": "Både drift och investering",
    "capital_cost": 84000,
    "coding": "1400-5410-1210-4410",
    "person": {
        "name": "Eva Strand",
        "title": "Ekonom",
        "acting_for": {"name": "Nils Borg", "title": "Ekonomichef"},
    },
    "given_at": "2026-11-20T12:00:00Z",
}

_LETTER: DispatchLetter = {
    "made_at": _MADE_AT,
    "municipality": _MUNICIPALITY,
    "test": False,
    "title": _TITLE,
    "unit": "Ekonomienheten",
    "date": "2026-11-22",
    "case_number": "KS 2026/231",
    "recipient": {"name": "Säkerhetsenheten", "why": "action", "email": "sakerhet@akersbro.example"},
    "decision": {
        "number": "D 2026/14",
        "date": "2026-11-22",
        "decided_by": "tf kommunchef Maj Lind",
        "outcome": "Delvis beviljat",
        "granted": 900000,
    },
    "enclosures": [
        {"title": "Delegationsbeslut D 2026/14", "filename": "beslut-d-2026-14.pdf", "sha256": "9f" * 32, "size": 64210}
    ],
    "receipt_address": "https://askanden.akersbro.example/kopior/7c0e6a0e-9a0f-4a35-8d25-0f5be6ef4a11",
    "contact": {
        "name": "Rut Holm",
        "role": "Registrator",
        "phone": "0123-45 67 80",
        "email": "registrator@akersbro.example",
    },
}

_DISPOSAL: DisposalReport = {
    "made_at": _MADE_AT,
    "municipality": _MUNICIPALITY,
    "test": False,
    "title": "Gallring av underlag i avslutade äskanden 2024",
    "unit": "Kommunarkivet",
    "date": "2026-11-22",
    "report_number": "G 2026/3",
    "mandate": {"organ": "Kommunstyrelsen", "date": "2023-05-09", "paragraph": "§ 88"},
    "plan": "Informationshanteringsplan för kommunstyrelsen, utgåva 4",
    "reason": "Fristen har gått ut och ingen handling är undantagen.",
    "method": "Filerna har tagits bort ur lagringen så att de inte går att återskapa. Säkerhetskopior tas bort inom 35 dagar.",
    "started_at": "2026-11-22T12:55:00Z",
    "finished_at": "2026-11-22T13:02:11Z",
    "performed_by": {"name": "Ingrid Falk", "title": "Arkivarie"},
    "supervised_by": {"name": "Jon Ahl", "title": "Arkivarie", "acting_for": {"name": "Siv Ros", "title": "Arkivchef"}},
    "documents": [
        {
            "case_number": "KS 2024/31",
            "number": 4,
            "title": "Offert väktartjänster",
            "kind": "Underlag",
            "rule": "3.2.1 Underlag till äskande, 2 år efter avslut",
            "due_on": "2026-10-31",
            "files": 2,
            "size": 1840213,
            "sha256": ["3b" * 32, "9f" * 32],
        },
        {
            "case_number": "KS 2024/47",
            "number": 2,
            "title": None,
            "kind": "Underlag",
            "rule": "3.2.1 Underlag till äskande, 2 år efter avslut",
            "due_on": "2026-11-15",
            "files": 1,
            "size": 840,
        },
    ],
    "kept": ["Diarieblad och beslut i ärendena", "Loggens poster, där varje gallrad handlings kontrollsumma står kvar"],
    "remarks": ["En handling i KS 2024/52 undantogs eftersom en begäran om utlämnande pågår."],
}

_DELIVERY: DeliveryReport = {
    "made_at": _MADE_AT,
    "municipality": _MUNICIPALITY,
    "test": False,
    "title": "Leverans till kommunarkivet, ärenden avslutade 2025",
    "unit": "Kommunarkivet",
    "date": "2026-11-22",
    "delivery_number": "L 2026/2",
    "creator": "Kommunstyrelsen i Åkersbro kommun",
    "organisation_number": "212000-0001",
    "receiver": "Åkersbro kommunarkiv",
    "agreement": "LÖK 2026-04",
    "reference": "SE/AK/KS/E2",
    "standard": "FGS Paketstruktur 2.0 och FGS Ärendehantering 2.0",
    "delivered_at": "2026-11-22T13:20:00Z",
    "delivered_by": {"name": "Ingrid Falk", "title": "Arkivarie"},
    "checks": [
        {"name": "Portalens paketkontroll", "version": "1.0", "verdict": "passed"},
        {
            "name": "veraPDF",
            "version": "1.31",
            "verdict": "warnings",
            "note": "En bilaga är i originalformat och har en kopia i PDF/A.",
        },
    ],
    "cases": [
        {
            "case_number": "KS 2025/12",
            "title": "Äskande om medel för trygghetsvandringar",
            "documents": 6,
            "files": 8,
            "size": 2480310,
            "package": "SE-212000-0001_KS-2025-00012.zip",
            "sha256": "3b" * 32,
            "closed": "2025-10-02",
        },
        {
            "case_number": "KS 2025/40",
            "title": None,
            "documents": 11,
            "files": 14,
            "size": 12480310,
            "package": "SE-212000-0001_KS-2025-00040.zip",
            "sha256": "9f" * 32,
        },
    ],
    "receipt": {
        "number": "AK 2026-0091",
        "received_at": "2026-11-22T13:29:00Z",
        "accepted": True,
        "note": "Inläst i arkivet utan anmärkning.",
    },
    "remarks": ["Ett ärende hölls tillbaka eftersom en fil inte gick att läsa."],
}


_REFUSAL: DisclosureDecision = {
    "made_at": _MADE_AT,
    "municipality": _MUNICIPALITY,
    "test": False,
    "title": "Delvis avslag på begäran om handlingar",
    "unit": "Kommunstyrelsen",
    "date": "2026-11-22",
    "number": "UTL-B 2026/0003",
    "request_number": "UTL 2026/0012",
    "received": "2026-11-20",
    "asker": "nyheter@tidningen.example",
    "wanted": "Allt om kamerorna vid torget.\n\nGärna också vad de kostade.",
    "documents": [
        {
            "case_number": "KS 2026/0231",
            "number": 3,
            "title": "Beslut KS-2026-0014",
            "extent": "masked",
            "provision": "18 kap. 8 § OSL",
            "reason": "Uppgifterna visar hur platsen skyddas.",
        },
        {
            "case_number": "KS 2026/0231",
            "title": "Bilaga: Plan för torget",
            "extent": "withheld",
            "provision": "18 kap. 8 § OSL",
        },
        {
            "case_number": "KS 2026/0240",
            "number": 1,
            "title": "Äskande om medel",
            "extent": "not_public",
            "reason": "Ärendet är inte slutbehandlat.",
        },
    ],
    "reasons": "Den som vet var kamerorna sitter kan undgå dem. Syftet med bevakningen skulle motverkas om uppgifterna röjs.",
    "decided_by": {"name": "Rut Holm", "title": "Registrator"},
    "decided_at": "2026-11-22T13:32:07Z",
    "clause": "Punkt 1.4 i kommunstyrelsens delegationsordning",
    "court": "Kammarrätten i Jönköping",
}


def statement() -> StatementDocument:
    """A statement with every part filled in, free to be changed."""
    return deepcopy(_STATEMENT)


def dispatch_letter() -> DispatchLetter:
    """A letter to a recipient that is to act, free to be changed."""
    return deepcopy(_LETTER)


def disclosure_decision() -> DisclosureDecision:
    """A refusal in part with every part filled in, free to be changed."""
    return deepcopy(_REFUSAL)


def disposal_report() -> DisposalReport:
    """A disposal with every part filled in, free to be changed."""
    return deepcopy(_DISPOSAL)


def delivery_report() -> DeliveryReport:
    """A delivery with every part filled in, free to be changed."""
    return deepcopy(_DELIVERY)


def package_report() -> PackageReport:
    """A check of a package with two faults, without veraPDF."""
    return {
        "made_at": "2026-11-20T13:00:00+00:00",
        "municipality": {"name": "Åkersbro kommun"},
        "title": "Paketet är inte helt",
        "unit": "Kommunarkivet",
        "date": "2026-11-20",
        "package": "SE-212000-0001_KS-2026-0007",
        "file": "SE-212000-0001_KS-2026-0007.zip",
        "sha256": "0123456789abcdef" * 4,
        "files": 22,
        "size": 1_400_000,
        "found": 3,
        "checks": [
            {"name": "Loggens bevis", "verdict": "passed"},
            {"name": "Sigillen", "verdict": "failed"},
            {"name": "PDF/A och PDF/UA (veraPDF)", "verdict": "warnings", "note": "veraPDF ej körd"},
        ],
        "problems": [
            {
                "where": "representations/rep1/data/handlingar/001-decision-1.pdf",
                "what": "Filen är ändrad: kontrollsumman är en annan än i METS.xml.",
                "mend": "Hämta paketet på nytt från den som lämnade det.",
            },
            {"where": "METS.xml", "what": "CREATEDATE saknas.", "mend": "Skapa paketet på nytt."},
        ],
    }
