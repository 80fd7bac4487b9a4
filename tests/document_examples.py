"""Example documents with everything in them, for tests of rendering, sealing and packages."""

from copy import deepcopy

from portal.documents.shapes import DecisionDocument, SubmissionDocument

_CHECKPOINT = """akersbro.example/askandelogg
1284
n0cRk1uQ2mXhYw8m3vJ4lJcV2m3q7t2m6b6m1h0kF0E=

— akersbro.example/askandelogg Tm90YXJlYWxzaWduYXR1cmVidXR0aGVsZW5ndGhpc3JpZ2h0Zm9yYW5lZDI1NTE5c2lnbmF0dXJldGV4dG9r
"""
_INCLUSION = "\n".join(
    ["c2sp.org/tlog-proof@v1", "index 1283"]
    + [f"{letter}9cRk1uQ2mXhYw8m3vJ4lJcV2m3q7t2m6b6m1h0kF0{letter}=" for letter in "abcdefghijk"]
)

_DECISION: DecisionDocument = {
    "made_at": "2026-11-22T13:32:07Z",
    "test": False,
    "municipality": {"name": "Åkersbro kommun"},
    "capacity": "delegation",
    "outcome": "partly_granted",
    "title": "Brottsförebyggande och trygghetsfrämjande åtgärder 2026",
    "unit": "Kommunledningsförvaltningen",
    "date": "2026-11-22",
    "decision_number": "D 2026/14",
    "case_number": "KS 2026/231",
    "request": {
        "unit": "Säkerhetsenheten",
        "submitted_by": {"name": "Sören Ek", "title": "Säkerhetschef"},
        "submitted_at": "2026-11-18T08:10:00Z",
        "version": 2,
        "sha256": "3b" * 32,
    },
    "proposal": [
        "1\u00a0000\u00a0000\u00a0kr av trygghetsmiljonen 2026 beviljas till kommunledningsförvaltningens säkerhetsenhet för "
        "brottsförebyggande och trygghetsskapande arbete.",
        "Säkerhetsenheten återredovisar arbetet till kommunstyrelsen senast i mars 2027.",
    ],
    "decision": [
        "900\u00a0000\u00a0kr av trygghetsmiljonen 2026 beviljas till kommunledningsförvaltningens säkerhetsenhet för "
        "brottsförebyggande och trygghetsskapande arbete.",
        "Säkerhetsenheten återredovisar arbetet till kommunstyrelsen senast i mars 2027.",
    ],
    "lines": [
        {"label": "Trygghetsskapande och brottsförebyggande åtgärder", "requested": 100000, "granted": 100000},
        {
            "label": "Kamerabevakning",
            "requested": 600000,
            "granted": 500000,
            "condition": "Tillstånd ska finnas innan kamerorna köps in",
        },
        {"label": "Extra väktarresurser utefter lägesbild", "requested": 300000, "granted": 300000},
        {"label": "Trygghetsmätning", "requested": None, "included": True},
        {"label": "Förbättringsarbete EST", "requested": None, "included": False},
    ],
    "requested_total": 1000000,
    "granted_total": 900000,
    "reason": "Kamerabevakningen byggs ut i två etapper. Den andra etappen kan prövas när tillstånd finns.\n\n"
    "Övriga insatser svarar mot lägesbilden och beviljas som de äskats.",
    "redistribution": {"answer": "up_to", "limit": 50000},
    "financing": {"fund": "Trygghetsmiljonen", "year": 2026, "left_before": 1000000, "left_after": 100000},
    "final_report": {"due": True, "date": "2027-03-31"},
    "authority": {
        "clause": "3.4 Fördela avsatta medel för trygghet",
        "ceiling": 1000000,
        "document": "Delegationsordning",
        "rests_on": {"organ": "Kommunstyrelsen", "date": "2026-02-03", "paragraph": "§ 14"},
    },
    "decided_by": {
        "name": "Maj Lind",
        "title": "tf kommunchef",
        "acting_for": {"name": "Karin Åberg", "title": "Kommunchef"},
    },
    "decided_at": "2026-11-22T13:32:05.120Z",
    "presenter": {"name": "Ola Berg", "title": "Utredare"},
    "conflicts": [
        {
            "person": {"name": "Per Dahl", "title": "Biträdande kommunchef"},
            "declared_at": "2026-11-19T09:05:00Z",
            "text": "Närstående äger bevakningsföretaget.",
        }
    ],
    "statements": [
        {
            "person": {"name": "Eva Strand", "title": "Ekonom"},
            "given_at": "2026-11-20T12:00:00Z",
            "text": "Medlen ryms inom trygghetsmiljonen. Investeringsdelen konteras på projekt 4410.",
        }
    ],
    "copies_to": ["Kommunledningsförvaltningen", "Säkerhetsenheten"],
    "for_information": ["Kommunstyrelsen", "Lokala brottsförebyggande rådet"],
    "replaces": {"decision_number": "D 2026/11", "date": "2026-11-20"},
    "proof": {
        "entry": 1283,
        "tree_size": 1284,
        "root_hash": "9f47119d4b90da65e1630f26def278949715da6deaeedda6e9bea6d61d24174f",
        "checkpoint": _CHECKPOINT,
        "inclusion": _INCLUSION,
    },
}

_SUBMISSION: SubmissionDocument = {
    "made_at": "2026-11-18T08:10:00Z",
    "test": False,
    "municipality": {"name": "Åkersbro kommun"},
    "title": "Äskande om medel – brottsförebyggande och trygghetsfrämjande åtgärder",
    "unit": "Säkerhetsenheten",
    "date": "2026-11-18",
    "case_number": "KS 2026/231",
    "version": 2,
    "deciding_organ": "Kommunchef",
    "receiver": "Kommunledningsförvaltningens säkerhetsenhet",
    "proposal": list(_DECISION["proposal"]),
    "description": [
        {
            "text": "Under året har lägesbilder samlats i ett gemensamt verktyg. Riktade insatser har gett resultat, men "
            "mer behöver göras.\n\nSkadegörelsen kostade 1,5\u00a0mnkr under 2025."
        },
        {"heading": "Bedömning", "text": "Insatserna behövs för att möta den upplevda otryggheten."},
    ],
    "lines": [
        {"label": "Trygghetsskapande och brottsförebyggande åtgärder", "amount": 100000, "kind": "operating"},
        {"label": "Kamerabevakning", "amount": 600000, "kind": "investment"},
        {"label": "Extra väktarresurser utefter lägesbild", "amount": 300000, "kind": "operating"},
        {"label": "Trygghetsmätning", "amount": None, "kind": "unknown"},
    ],
    "total": 1000000,
    "financing": {"fund": "Trygghetsmiljonen", "year": 2026},
    "budget_year": 2026,
    "move_between_lines": True,
    "decision_basis": ["Tjänsteskrivelse den 18 november 2026", "Lägesbild oktober 2026"],
    "attachments": [{"filename": "Lägesbild oktober 2026.pdf", "sha256": "9f" * 32}],
    "copies_to": ["Kommunledningsförvaltningen"],
    "for_information": ["Lokala brottsförebyggande rådet"],
    "secrecy": {"marked": False},
    "handler": {
        "name": "Sören Ek",
        "role": "Säkerhetschef",
        "phone": "0123-45 67 89",
        "email": "sakerhetschef@akersbro.example",
    },
    "signatories": [{"name": "Karin Åberg", "role": "Kommunchef"}, {"name": "Sören Ek", "role": "Säkerhetschef"}],
    "submitted_by": {"name": "Sören Ek", "title": "Säkerhetschef"},
    "submitted_at": "2026-11-18T08:10:00Z",
}


def decision() -> DecisionDocument:
    """A decision with every part filled in, free to be changed."""
    return deepcopy(_DECISION)


def submission() -> SubmissionDocument:
    """A submitted version with every part filled in, free to be changed."""
    return deepcopy(_SUBMISSION)
