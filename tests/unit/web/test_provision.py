"""What is taken for the name of a provision on secrecy."""

import pytest

from portal.web.forms import names_provision


@pytest.mark.parametrize(
    "text",
    ["18 kap. 8 § OSL", "18 kap 8§", "OSL 18:8", "25 kap. 1 a § offentlighets- och sekretesslag", "Enligt 21 KAP. 7 §"],
)
def test_a_provision_is_named_by_chapter_and_section(text: str) -> None:
    assert names_provision(text)


@pytest.mark.parametrize("text", ["", "hemligt", "OSL", "18 kap.", "8 §", "kap. 8 §", "18 kapten 8 §"])
def test_what_names_no_section_is_no_provision(text: str) -> None:
    assert not names_provision(text)
