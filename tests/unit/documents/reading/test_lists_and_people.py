"""Recipients with commas, signatures whose columns ran together, and what minutes tell besides the decision."""

import pytest

from portal.documents.reading import Reading, read_text

HEAD = (
    "Äskande om medel till kameror\n\nFörslag till beslut\n\nKommunstyrelsen beviljar säkerhetsenheten 300 000 kr för 2026.\n\n"
)


def _read(text: str) -> Reading:
    return read_text(HEAD + text)


@pytest.mark.parametrize(
    ("listed", "recipients"),
    [
        ("Räddningstjänsten, station Norra\nEkonomienheten", ["Räddningstjänsten, station Norra", "Ekonomienheten"]),
        (
            "Nämnden för arbete, näringsliv och integration\nEkonomichefen",
            ["Nämnden för arbete, näringsliv och integration", "Ekonomichefen"],
        ),
        (
            "socialnämnden, nämnden för arbete, näringsliv och integration, revisorerna",
            ["socialnämnden", "nämnden för arbete, näringsliv och integration", "revisorerna"],
        ),
        ("Kommunchefen, ekonomichefen\nRegistrator", ["Kommunchefen", "ekonomichefen", "Registrator"]),
        (
            "kommunstyrelsens förvaltning: Ekonomi, Säkerhet och beredskap\nFastighetsnämnden",
            [
                "kommunstyrelsens förvaltning: Ekonomi",
                "kommunstyrelsens förvaltning: Säkerhet och beredskap",
                "Fastighetsnämnden",
            ],
        ),
        (
            "Tekniska nämnden, ekonomichefen, räddningstjänsten och kollektivtrafikmyndigheten.",
            ["Tekniska nämnden", "ekonomichefen", "räddningstjänsten", "kollektivtrafikmyndigheten"],
        ),
    ],
)
def test_a_comma_parts_recipients_and_not_their_names(listed: str, recipients: list[str]) -> None:
    assert _read(f"Beslutet skickas till\n\n{listed}\n").copy_recipients == recipients


@pytest.mark.parametrize(
    "signed",
    [
        "Sara Ek\nKommunchef\n\nBo Alm\nSäkerhetschef",
        "Sara Ek\nKommunchef Bo Alm\nSäkerhetschef",  # the role on the line of the next person's name
        "Sara Ek Bo Alm\nKommunchef Säkerhetschef",
        "Sara Ek             Bo Alm\nKommunchef          Säkerhetschef",
        "Sara Ek, Kommunchef\nBo Alm, Säkerhetschef",
        "Sara Ek Kommunchef\nBo Alm Säkerhetschef",
        "Sara Ek\n\nKommunchef\n\nBo Alm\n\nSäkerhetschef",
        "Detta dokument har undertecknats digitalt av\nSara Ek, Kommunchef, 2026-03-02 kl. 14:02\n"
        "Bo Alm, Säkerhetschef, 2026-03-02 kl. 15:10",
    ],
)
def test_names_and_roles_are_paired_however_they_are_set(signed: str) -> None:
    reading = _read(f"Kopia till\n\nEkonomienheten\n\n{signed}\n")
    assert [(each.name, each.role) for each in reading.signatories] == [("Sara Ek", "Kommunchef"), ("Bo Alm", "Säkerhetschef")]
    assert reading.copy_recipients == ["Ekonomienheten"]


def test_whom_a_decision_is_told_to_is_no_document_that_it_rests_on() -> None:
    listed = (
        "Ansökan 2026-06-03\nBeslutet från socialnämnden 2026-05-02\n\nBeslutet ska anmälas till\nkommunstyrelsen 2026-09-04.\n"
    )
    assert _read(f"Beslutsunderlag\n{listed}").decision_basis == [
        "Ansökan 2026-06-03",
        "Beslutet från socialnämnden 2026-05-02",
    ]


def test_the_feet_of_pages_are_no_recipients() -> None:
    foot = "Justerare          Justerare          Ordförande          Utdragsbestyrkande\n......             ......\n"
    assert _read(f"Kopia till\n\nEkonomienheten\n\n{foot}").copy_recipients == ["Ekonomienheten"]


def test_a_footer_that_follows_a_list_ends_it() -> None:
    foot = "Åkersbro kommun | Storgatan 4 | 715 80 Åkersbro | 019-555 100\n"
    assert _read(f"Kopia till\n\nEkonomienheten\n\n{foot}").copy_recipients == ["Ekonomienheten"]


MINUTES = (
    "Protokollsutdrag\nKommunstyrelsen\n2026-03-10\n\n§ 41 Medel till kameror\nDnr KS 2026/12\n\nBeslut\n\n"
    "Kommunstyrelsen beviljar säkerhetsenheten 300 000 kr. "
    "Beslutet ersätter kommunstyrelsens beslut 2025-11-04, § 112.\n\n"
    "Jäv\n\nSten Lod (XP) anmäler jäv och ersätts av Maud Berg (XP).\n\n"
    "Reservation\n\nMot beslutet reserverar sig Ola Sjö (AP). Samtliga ledamöter för Hembygdspartiet reserverar sig.\n\n"
    "Paragrafen skickas till\n\nEkonomienheten\n"
)


def test_minutes_tell_who_was_disqualified_who_dissented_and_which_decision_is_replaced() -> None:
    reading = read_text(MINUTES)
    assert (reading.organ, reading.paragraph, reading.date, reading.diarienummer) == (
        "Kommunstyrelsen", "§ 41", "2026-03-10", "KS 2026/12",
    )  # fmt: skip
    assert reading.jav == ["Sten Lod (XP)"]
    assert reading.reservations == ["Ola Sjö (AP)", "Samtliga ledamöter för Hembygdspartiet"]
    assert reading.replaces == "kommunstyrelsens beslut 2025-11-04, § 112"
    assert reading.copy_recipients == ["Ekonomienheten"]
    passages = {name: [MINUTES[span.start : span.end] for span in reading.spans[name]] for name in ("jav", "reservations")}
    assert all("jäv" in words for words in passages["jav"])
    assert all("reserverar" in words for words in passages["reservations"])


def test_minutes_in_which_nobody_was_disqualified_name_nobody() -> None:
    calm = MINUTES.replace("Sten Lod (XP) anmäler jäv och ersätts av Maud Berg (XP).", "Ingen anmäler jäv.")
    assert read_text(calm).jav == []


PAGE = "\n\nÅkersbro kommun, Storgatan 4, 715 80 Åkersbro    Telefon 019-555 100\n\f\nÅkersbro kommun{}2 (2)\n\n".format(
    " " * 30
)


@pytest.mark.parametrize("row", ["{:<30}{:>12}", "{} {} kr", "| {} | {} |"])
def test_a_list_of_money_goes_on_over_the_page(row: str) -> None:
    rows = [row.format(*each) for each in (("Kameror", "200 000"), ("Skyltar", "60 000"), ("Arbete", "40 000"))]
    reading = _read(f"Kostnader\n\n{rows[0]}\n{rows[1]}{PAGE}{rows[2]}\n")
    assert [line.amount_sek for line in reading.budget_lines] == [200_000, 60_000, 40_000]
    other = _read(f"Kostnader\n\n{rows[0]}\n{rows[1]}{PAGE}{row.format('Drift', '90 000')}\n")
    assert other.amount_total_sek is None and len(other.doubts[0].options) == 2  # what does not add up is still seen
