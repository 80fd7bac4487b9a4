"""settings.toml: everything has a default, and a wrong line is answered with one sentence."""

import stat
from pathlib import Path

import pytest

from portal.settings import SettingsError, load, parse, secret_key, write_private


def test_an_empty_file_gives_the_defaults(tmp_path: Path) -> None:
    settings = parse("", tmp_path)
    assert settings.dispatch_at == "record"
    assert settings.report_date == (1, 31)
    assert [part.key for part in settings.code_parts if part.required] == ["ansvar", "konto"]
    assert settings.mail is None
    assert settings.database_address == f"sqlite:///{tmp_path / 'portal.sqlite'}"
    assert not settings.is_https


def test_what_is_written_is_used(tmp_path: Path) -> None:
    settings = parse(
        """
        municipality = "Björkvads kommun"
        public_address = "https://askanden.bjorkvad.example"
        dispatch_at = "decision"
        report_date = "02-28"
        archive_folder = "/mnt/earkiv"
        [[code_parts]]
        key = "ansvar"
        pattern = "\\\\d{4}"
        required = true
        [mail]
        host = "smtp.bjorkvad.example"
        sender = "askanden@bjorkvad.example"
        password_file = "mail_password"
        """,
        tmp_path,
    )
    assert settings.municipality == "Björkvads kommun"
    assert settings.is_https
    assert "askanden.bjorkvad.example" in settings.hosts
    assert settings.report_date == (2, 28)
    assert settings.deliveries == Path("/mnt/earkiv")
    assert settings.code_parts[0].label == "Ansvar"
    assert settings.mail is not None
    assert settings.mail.starttls
    assert settings.mail.password_file == tmp_path / "mail_password"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("municipality = 3", "municipality"),
        ('dispatch_at = "later"', "dispatch_at"),
        ('public_address = "askanden.example"', "public_address"),
        ('public_address = "http://askanden.example"', "https"),
        ('report_date = "02-30"', "report_date"),
        ("digest_hour = 24", "digest_hour"),
        ('theme_colour = "blue"', "theme_colour"),
        ('crest = "vapen.jpg"', "vapen.svg"),
        ('crest = "../vapen.svg"', "instansens mapp"),
        ('crest = "/etc/vapen.svg"', "instansens mapp"),
        ("crest = 3", "crest ska vara en text"),
        ("[disclosure]\nfirst_fee = -1", "first_fee"),
        ("[disclosure]\npage_fee = 2.5", "page_fee ska vara ett heltal"),
        ("[disclosure]\nfees = 2", "disclosure.fees är inte en inställning"),
        ('[disclosure]\ncourt = " "', "kammarrätt"),
        ('pdf_standard = "a-1b"', "a-2a"),
        ('colour = "blue"', "colour"),
        ("proxies = true", "proxies"),
        ('[mail]\nhost = "smtp.example"', "mail.sender"),
        ('[[code_parts]]\nkey = "Ansvar!"', "code_parts.key"),
        ('[[code_parts]]\nkey = "a"\npattern = "("', "code_parts.pattern"),
        ('balance_accounts = "("', "balance_accounts"),
        ('internal_accounts = "("', "internal_accounts"),
        ("municipality = ", "tolka"),
    ],
)
def test_a_wrong_line_is_answered_with_one_sentence_that_names_it(text: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as error:
        parse(text, tmp_path)
    assert str(error.value).startswith("settings.toml: ")
    assert word in str(error.value)


def test_no_file_is_the_defaults_and_an_unreadable_one_is_told(tmp_path: Path) -> None:
    assert load(tmp_path).municipality
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError):
        load(tmp_path)


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(b"short")
    with pytest.raises(SettingsError):
        secret_key(tmp_path)


def test_keys_are_written_for_the_owner_alone_and_never_over(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    write_private(path, b"k" * 32)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        write_private(path, b"x" * 32)
    assert secret_key(tmp_path) == b"k" * 32
