"""The head of a document: its title without the kind of document or a banner, and the number of the case."""

import pytest

from portal.documents.reading import read_text

PROPOSAL = "\n\nFörslag till beslut\n\nKommunstyrelsen beviljar säkerhetsenheten 300 000 kr för 2026.\n"


@pytest.mark.parametrize(
    "title",
    [
        "Tjänsteskrivelse – Medel för ett e-arkiv",
        "Tjänsteutlåtande: Medel för ett e-arkiv",
        "Delegationsbeslut - Medel för ett e-arkiv",
    ],
)
def test_the_kind_of_document_before_a_title_is_no_part_of_it(title: str) -> None:
    assert read_text(f"Åkersbro kommun\n\n{title}{PROPOSAL}").title == "Medel för ett e-arkiv"


def test_a_title_that_begins_with_what_is_asked_for_keeps_its_words() -> None:
    assert read_text(f"Åkersbro kommun\n\nÄskande – medel för ett e-arkiv{PROPOSAL}").title == "Äskande – medel för ett e-arkiv"


@pytest.mark.parametrize("banner", ["Äskande till kommunledningsgruppen", "Begäran till förvaltningsledningen"])
def test_whom_a_request_goes_to_is_no_title_where_there_is_one(banner: str) -> None:
    assert read_text(f"{banner}\n\nDatum: 2026-02-13\n\nÄskande om kameror{PROPOSAL}").title == "Äskande om kameror"


@pytest.mark.parametrize("number", ["2023/0644 KS", "2013/0766 KS-3", "2024/118 KLK"])
def test_a_number_with_the_registers_letters_last_is_found_without_a_label(number: str) -> None:
    assert read_text(f"Åkersbro kommun\n\n§ 12          {number}\n\nÄskande om kameror{PROPOSAL}").diarienummer == number
