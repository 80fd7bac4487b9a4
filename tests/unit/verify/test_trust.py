"""What an outsider gives as the key: one line, or a file with more keys and newer notes on the seal."""

import pytest

from portal.log.keys import LogKey, verifies
from portal.log.notes import sign_text
from portal.verify.trust import NoKey, open_with_any, read_trust, trusted_seal

KEY, OTHER = LogKey.generate("askandeportalen/prov"), LogKey.generate("askandeportalen/annan")


def note(*lines: str, key: LogKey = KEY, title: str = "askandeportalen/sigill/v1") -> str:
    return sign_text("".join(f"{line}\n" for line in (title, key.name, *lines)), key)


PRINTED = note("sigill " + "ab" * 32, "rot " + "cd" * 32)


def test_the_line_alone_is_enough() -> None:
    seal = trusted_seal(PRINTED, read_trust(str(KEY.public), verifies))
    assert seal is not None
    assert (seal.certificate, seal.roots, seal.time_roots) == ("ab" * 32, {"cd" * 32}, frozenset())


def test_older_keys_and_newer_services_for_time_stamps_may_follow() -> None:
    newer = note("sigill " + "12" * 32, "rot " + "34" * 32, "tid " + "56" * 32)
    trust = read_trust(f"{OTHER.public}\n{KEY.public}\n\n{newer}", verifies)
    seal = trusted_seal(PRINTED, trust)
    assert seal is not None
    assert (seal.certificate, seal.roots) == ("ab" * 32, {"cd" * 32}), "only time-stamps are added"
    assert seal.time_roots == {"56" * 32}


def test_a_note_by_another_key_is_no_note() -> None:
    trust = read_trust(str(KEY.public), verifies)
    assert trusted_seal(note("sigill " + "ab" * 32, "rot " + "ab" * 32, key=OTHER), trust) is None
    with pytest.raises(NoKey, match="inte undertecknad"):
        trusted_seal(
            PRINTED, read_trust(f"{KEY.public}\n{note('sigill ' + 'ab' * 32, 'rot ' + 'ab' * 32, key=OTHER)}", verifies)
        )


@pytest.mark.parametrize(
    "bad",
    [
        note("sigill " + "ab" * 32),
        note("rot " + "ab" * 32),
        note("sigill " + "ab" * 32, "sigill " + "cd" * 32, "rot " + "ab" * 32),
        note("sigill " + "AB" * 32, "rot " + "ab" * 32),
        note("sigill " + "ab" * 32, "rot " + "ab" * 32, title="askandeportalen/sigill/v2"),
        PRINTED.replace("ab" * 32, "ac" * 32),
    ],
)
def test_a_note_of_another_form_is_no_note(bad: str) -> None:
    assert open_with_any(bad, [KEY.public]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "inte en nyckel",
        str(KEY),
        str(KEY.public)[:-1],
        str(KEY.public).replace("+", " "),
        str(KEY.public).replace(KEY.name, "annan"),
        f"{KEY.public}\naskandeportalen/sigill/v1\nutan slut",
        f"{KEY.public}\n" * 100,
    ],
    ids=["nothing", "words", "private", "cut", "spaces", "renamed", "note without end", "too many"],
)
def test_what_is_no_key_is_refused_with_one_sentence(text: str) -> None:
    with pytest.raises(NoKey, match=r"^[A-ZÅÄÖ].*\.$"):
        read_trust(text, verifies)
