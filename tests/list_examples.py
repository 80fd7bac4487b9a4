"""Example lists with everything in them: a register extract, the sheet of a case, delegations and what they decided."""

from copy import deepcopy
from typing import Any

from portal.documents.list_shapes import CaseSheet, DayList, DecisionList, DelegationList, RegisterExtract
from portal.documents.shapes import Municipality

MUNICIPALITY: Municipality = {"name": "Åkersbro kommun"}
_MADE_AT = "2026-11-22T13:32:07Z"
_HEAD: Any = {
    "made_at": _MADE_AT,
    "municipality": MUNICIPALITY,
    "test": False,
    "unit": "Kommunledningsförvaltningen",
    "date": "2026-11-22",
}

_REGISTER: RegisterExtract = {
    "made_at": _MADE_AT,
    "municipality": MUNICIPALITY,
    "test": False,
    "title": "Kommunstyrelsens diarium",
    "unit": "Kommunledningsförvaltningen",
    "date": "2026-11-22",
    "period": {"from": "2026-01-01", "to": "2026-11-22"},
    "selection": [{"label": "Avsändare", "value": "Alla enheter"}, {"label": "Sökord", "value": "trygghet"}],
    "made_by": {"name": "Rut Holm", "title": "Registrator"},
    "rows": [
        {
            "number": "KS 2026/231",
            "external_number": "P360 2026-00417",
            "date": "2026-11-18",
            "title": "Äskande om medel – brottsförebyggande och trygghetsfrämjande åtgärder",
            "sender": "Säkerhetsenheten",
            "status": "Delvis beviljat",
            "closed": None,
        },
        {
            "number": "KS 2026/112",
            "date": "2026-05-04",
            "title": "Säkerhetshöjande åtgärder (uppgift utelämnad)",
            "sender": None,
            "status": "Överlämnat till kommunstyrelsens arbetsutskott",
        },
        {
            "number": "KS 2026/14",
            "date": "2026-01-19",
            "title": "Äskande om medel för trygghetsvandringar i tätorten",
            "sender": "Samhällsbyggnadsförvaltningen",
            "status": "Avslutat",
            "closed": "2026-10-02",
        },
    ],
}

_SHEET: CaseSheet = {
    "made_at": _MADE_AT,
    "municipality": MUNICIPALITY,
    "test": False,
    "title": "Äskande om medel – brottsförebyggande och trygghetsfrämjande åtgärder",
    "unit": "Kommunstyrelsens diarium",
    "date": "2026-11-22",
    "case_number": "KS 2026/231",
    "external_number": "P360 2026-00417",
    "opened": "2026-11-18",
    "status": "Delvis beviljat",
    "sender": "Säkerhetsenheten",
    "handler": {"name": "Sören Ek", "title": "Säkerhetschef"},
    "follows": "KS 2025/198",
    "public_title": "Äskande om medel (uppgift utelämnad)",
    "requested_total": 1000000,
    "granted_total": 900000,
    "secrecy": [
        {
            "what": "Hela ärendet",
            "provision": "18 kap. 8 § OSL",
            "date": "2026-11-18",
            "authority": "Åkersbro kommun, kommunstyrelsen",
        }
    ],
    "closed": "2026-12-15",
    "decisions": [
        {
            "number": "D 2026/14",
            "date": "2026-11-22",
            "decided_by": "tf kommunchef",
            "outcome": "Delvis beviljat",
            "granted": 900000,
        }
    ],
    "documents": [
        {
            "number": 1,
            "date": "2026-11-18",
            "title": "Tjänsteskrivelse, version 2",
            "direction": "incoming",
            "party": "Säkerhetsenheten",
            "kind": "Tjänsteskrivelse",
            "filename": "tjansteskrivelse-ks-2026-231-2.pdf",
        },
        {
            "number": 2,
            "date": "2026-11-18",
            "title": None,
            "direction": "incoming",
            "party": "Säkerhetsenheten",
            "kind": "Bilaga",
            "secrecy": "18 kap. 8 § OSL",
        },
        {"number": 3, "date": "2026-11-20", "title": "Yttrande från ekonomi", "direction": "made", "kind": "Yttrande"},
        {
            "number": 4,
            "date": "2026-11-22",
            "title": "Delegationsbeslut D 2026/14",
            "direction": "outgoing",
            "party": "Säkerhetsenheten",
            "kind": "Beslut",
            "filename": "beslut-d-2026-14.pdf",
        },
    ],
    "copies": [
        {
            "recipient": "Ekonomiavdelningen",
            "kind": "Kopia till",
            "state": "Öppnad",
            "date": "2026-11-23",
            "decision": "D 2026/14",
        }
    ],
    "events": [
        {"happened_at": "2026-11-18T08:10:00Z", "text": "Äskandet skickades in.", "by": "Sören Ek"},
        {"happened_at": "2026-11-19T07:02:00Z", "text": "Registreringen kontrollerades.", "by": "Rut Holm"},
        {"happened_at": "2026-11-22T13:32:05Z", "text": "Beslut D 2026/14: 900 000 kr beviljas.", "by": "Maj Lind"},
        {"happened_at": "2026-11-22T13:40:00Z", "text": None},
    ],
}

_IN_FORCE: DelegationList = {
    "made_at": _MADE_AT,
    "municipality": MUNICIPALITY,
    "test": False,
    "use": "in_force",
    "title": "Delegationer för avsatta medel",
    "unit": "Kommunledningsförvaltningen",
    "date": "2026-11-22",
    "introduction": "Den som står i listan får besluta på kommunstyrelsens vägnar inom det som anges.",
    "delegations": [
        {
            "person": {"name": "Karin Åberg", "title": "Kommunchef"},
            "money": "Trygghetsmiljonen 2026",
            "ceiling": 1000000,
            "clause": "3.4 Fördela avsatta medel för trygghet",
            "note": "Delegationsbeslut, anmäls",
            "valid_from": "2026-02-03",
            "valid_to": None,
            "rests_on": {"organ": "Kommunstyrelsen", "date": "2026-02-03", "paragraph": "§ 14"},
        },
        {
            "person": {"name": "Per Dahl", "title": "Biträdande kommunchef"},
            "condition": "vid jäv för kommunchefen",
            "money": "Trygghetsmiljonen 2026, bara drift",
            "ceiling": 250000,
            "clause": "3.4.1",
            "note": "Delegationsbeslut, anmäls",
            "valid_from": "2026-02-03",
            "valid_to": "2026-12-31",
            "rests_on": {"organ": "Kommunstyrelsen", "date": "2026-02-03", "paragraph": "§ 14"},
        },
    ],
}

_REPORTED: DelegationList = {
    "made_at": _MADE_AT,
    "municipality": MUNICIPALITY,
    "test": False,
    "use": "decisions",
    "title": "Delegationsbeslut att anmäla till kommunstyrelsen",
    "unit": "Kommunledningsförvaltningen",
    "date": "2026-11-22",
    "organ": "Kommunstyrelsen",
    "period": {"from": "2026-10-15", "to": "2026-11-22"},
    "introduction": "Besluten har fattats med stöd av delegation och anmäls enligt 7 kap. 8 § kommunallagen.",
    "decisions": [
        {
            "number": "D 2026/14",
            "date": "2026-11-22",
            "case_number": "KS 2026/231",
            "decided_by": {
                "name": "Maj Lind",
                "title": "tf kommunchef",
                "acting_for": {"name": "Karin Åberg", "title": "Kommunchef"},
            },
            "clause": "3.4 Fördela avsatta medel för trygghet",
            "title": "Brottsförebyggande och trygghetsfrämjande åtgärder 2026",
            "outcome": "Delvis beviljat",
            "amount": 900000,
        },
        {
            "number": "D 2026/13",
            "date": "2026-11-11",
            "case_number": "KS 2026/112",
            "decided_by": {"name": "Karin Åberg", "title": "Kommunchef"},
            "clause": "3.4 Fördela avsatta medel för trygghet",
            "title": None,
            "outcome": "Beviljat",
            "amount": 85000,
        },
        {
            "number": "D 2026/12",
            "date": "2026-10-30",
            "case_number": "KS 2026/201",
            "decided_by": {"name": "Karin Åberg", "title": "Kommunchef"},
            "clause": "3.4 Fördela avsatta medel för trygghet",
            "title": "Belysning i gångtunneln vid stationen",
            "outcome": "Avslaget, ersatt",
            "amount": 0,
            "replaced": True,
        },
    ],
}


def register_extract() -> RegisterExtract:
    """An extract with a hidden sender, another register's number and a closed case, free to be changed."""
    return deepcopy(_REGISTER)


def day_list() -> DayList:
    """The post of a day: a letter with the sender's own number, and a document whose sender is hidden, free to be changed."""
    return {
        **_HEAD,
        "title": "Dagens post",
        "day": "2026-11-20",
        "made_by": {"name": "Registrator", "title": "Registrator"},
        "rows": [
            {
                "case_number": "KS 2026/0123", "number": 4, "title": "Yttrande om kamerorna", "kind": "Yttrande",
                "date": "2026-11-20", "party": "Polismyndigheten", "party_number": "A123.456/2026",
                "public": "Allmän sedan 20 november 2026 (inkommen)",
            },
            {
                "case_number": "KS 2026/0124", "number": 1, "title": "Äskande om medel – Säkerhetsenheten", "kind": "Äskande",
                "date": "2026-11-20", "party": None, "party_number": None, "public": "Ej allmän ännu",
            },
        ],
    }  # fmt: skip


def decision_list() -> DecisionList:
    """Decisions, one replaced and one with a hidden title, free to be changed."""
    return {
        **_HEAD,
        "title": "Beslut",
        "made_by": {"name": "Revisor", "title": None},
        "rows": [
            {
                "number": "KS-2026-0007", "date": "2026-11-18", "case_number": "KS 2026/0123", "title": "Belysning i tunneln",
                "outcome": "Delvis beviljat", "form": "Delegationsbeslut, punkt 4.1", "decided_by": "Kommunchef",
                "granted": 900_000, "replaced": False,
            },
            {
                "number": "KS-2026-0006", "date": "2026-11-17", "case_number": "KS 2026/0124", "title": None,
                "outcome": "Beviljat, ersatt", "form": "Politiskt beslut, Kommunstyrelsen", "decided_by": "Kommunstyrelsen",
                "granted": 10_000, "replaced": True,
            },
        ],
    }  # fmt: skip


def case_sheet() -> CaseSheet:
    """The sheet of a case with every part filled in, free to be changed."""
    return deepcopy(_SHEET)


def delegations_in_force() -> DelegationList:
    """The delegations in force, one of them with a condition and an end, free to be changed."""
    return deepcopy(_IN_FORCE)


def decisions_to_report() -> DelegationList:
    """The delegation decisions to be reported to an organ, one of them hidden, free to be changed."""
    return deepcopy(_REPORTED)
