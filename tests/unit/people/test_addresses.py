"""What one e-mail address is, and what looks like a slip of the pen in one."""

import pytest

from portal.people import addresses


@pytest.mark.parametrize("address", ["ekonomi@akersbro.example", "o'brien+ks@mail.akersbro.example", "a.b@xn--kersbro-exa.se"])
def test_an_address_that_can_be_reached_is_taken(address: str) -> None:
    assert addresses.problem(address) is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ekonomi@akersbro.example\r\nBcc: alla@example.org", "radbrytning"),
        ("ekonomi@akersbro.example\x00", "styrtecken"),
        ("a@example.org, b@example.org", "en enda"),
        ("a@b@example.org", "en enda"),
        ("ekonomi", "namn@exempel.se"),
        ("ekonomi@akersbro", "namn@exempel.se"),
        ("ekonomi@akersbro.s", "namn@exempel.se"),
        ("ekonomi@-akersbro.se", "namn@exempel.se"),
        ("ekonomi@åkersbro.se", "namn@exempel.se"),
        (".ekonomi@akersbro.se", "namn@exempel.se"),
        ("eko nomi@akersbro.se", "namn@exempel.se"),
        (f"{'a' * 65}@akersbro.se", "namn@exempel.se"),
        (f"a@{'b.' * 130}se", "namn@exempel.se"),
        ("", "namn@exempel.se"),
    ],
)
def test_what_is_not_one_address_is_told_so(address: str, said: str) -> None:
    problem = addresses.problem(address)
    assert problem is not None and said in problem


@pytest.mark.parametrize(
    "slip",
    ["akersbo.example", "akerssbro.example", "akersbor.example", "akerzbro.example", "kersbro.example"],
)
def test_a_domain_one_letter_from_a_known_one_is_pointed_out(slip: str) -> None:
    assert addresses.mistaken(f"ks@{slip}", ["Akersbro.example", "example.org"]) == "akersbro.example"


@pytest.mark.parametrize("other", ["akersbro.example", "example.org", "polisen.example", "akbro.example"])
def test_a_known_domain_and_one_that_is_another_are_not(other: str) -> None:
    assert addresses.mistaken(f"ks@{other}", ["akersbro.example", "example.org"]) is None
