"""The installation's settings: ``INSTANCE/settings.toml`` read once into a frozen value.

Everything has a default, so an empty file is a valid one; a wrong file is answered with one sentence.
"""

import os
import re
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from flask import current_app

DEFAULT_INSTANCE = Path("instance")
KEY_BYTES = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


class SettingsError(Exception):
    """``settings.toml`` cannot be used; ``str(error)`` is one Swedish sentence for the operator."""


@dataclass(frozen=True, slots=True)
class CodePart:
    """One part of the budget coding (kodsträng): ``key`` is stored, ``label`` shown, ``pattern`` must match in full.

    ``required_for`` names kinds of lines that demand the part: of ``CODE_KINDS``.
    """

    key: str
    label: str
    pattern: str = r"[0-9A-Za-zÅÄÖåäö\-]{1,12}"
    required: bool = False
    required_for: tuple[str, ...] = ()


CODE_KINDS = ("drift", "investering", "intern")
OUTCOME_PARTS = ("projekt", "aktivitet")  # on one of these a grant's outcome is read
CODE_PARTS = (
    CodePart("ansvar", "Ansvar", required=True),
    CodePart("konto", "Konto", required=True),
    CodePart("verksamhet", "Verksamhet"),
    CodePart("aktivitet", "Aktivitet"),
    CodePart("projekt", "Projekt"),
    CodePart("motpart", "Motpart"),
)


@dataclass(frozen=True, slots=True)
class Mail:
    """Where copies are sent. The password stands in a file of its own, so that the settings can be shown.

    ``tls``: protected from the first byte (port 465) rather than by STARTTLS. ``ca_file``: PEM certificates of the
    authorities that are trusted, in place of the system's. ``bounces``: the Maildir in which mail to ``sender`` ends up.
    """

    host: str
    sender: str
    port: int = 587
    starttls: bool = True
    tls: bool = False
    username: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    bounces: Path | None = None

    def password(self) -> str:
        """The password, read when it is needed. Raises OSError when the file cannot be read."""
        return self.password_file.read_text().strip() if self.password_file else ""


@dataclass(frozen=True, slots=True)
class Seal:
    """The organisation's seal. Without ``key`` a TEST seal of the installation's own is used; without ``time_stamp``, the
    address of a time-stamp service (RFC 3161), decisions are sealed without time-stamps.

    ``key`` is PEM or PKCS#12; ``certificate`` is there when the certificates stand in a file of their own.
    """

    key: Path | None = None
    certificate: Path | None = None
    password_file: Path | None = None
    time_stamp: str = ""
    time_stamp_roots: Path | None = None


@dataclass(frozen=True, slots=True)
class Scanner:
    """Where clamd listens: ``host`` and ``port``, or ``socket``, the path of a Unix socket."""

    host: str = ""
    port: int = 0
    socket: str = ""


@dataclass(frozen=True, slots=True)
class Disclosure:
    """How public records are handed out: what copies on paper cost (so many pages free, kronor for the order from the next
    one on, kronor for each page after that), what the right to refuse rests on (*punkt 1.4 i delegationsordningen*; empty: it
    is written in each decision), and the kammarrätt to which a refusal is appealed."""

    free_pages: int = 9
    first_fee: int = 50
    page_fee: int = 2
    clause: str = ""
    court: str = "kammarrätten"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation decides for itself. ``report_date`` is (month, day) in the year after the budget year.

    ``crest`` is the name of a picture in the instance folder; ``pdf_standard`` a-3a encloses a document's data in its PDF.

    ``remind_working_days``: how many working days before a report is due its unit is reminded; 0 is the day itself.

    ``acknowledge_working_days``: after how many a unit is reminded of a copy *ska åtgärdas*; 0: never.

    ``digest_hour``: at which hour, Swedish time, those who want it so get their notices in one mail.

    ``organisation_number`` is the municipality's own (212000-0001), as packages for an archive name it; empty: they do not.

    ``archive_folder`` is the folder, perhaps another machine's disk, below which deliveries to an archive are put.

    ``internal_accounts`` is the pattern of the accounts (konto) that mark a line as internal; empty: none does.
    ``balance_accounts`` is that of the accounts of the balance sheet, on which no grant is recorded: classes 1 and 2 in
    Kommun-Bas; empty: none is refused.
    """

    instance: Path
    municipality: str = "Kommunens namn"
    organisation_number: str = ""
    archive_folder: Path | None = None
    public_address: str = "http://127.0.0.1:8000"
    theme_colour: str = ""
    crest: str = ""
    pdf_standard: Literal["a-2a", "a-3a"] = "a-2a"
    database: str = ""
    dispatch_at: Literal["record", "decision"] = "record"
    report_date: tuple[int, int] = (1, 31)
    remind_working_days: tuple[int, ...] = (10, 0)
    acknowledge_working_days: int = 5
    digest_hour: int = 7
    report_delegated_within_days: int = 45
    proxies: int = 0
    trusted_hosts: tuple[str, ...] = ()
    code_parts: tuple[CodePart, ...] = CODE_PARTS
    outcome_part: str = ""
    internal_accounts: str = ""
    balance_accounts: str = "[12].*"
    budget_control: bool = False
    mail: Mail | None = None
    scanner: Scanner | None = None
    seal: Seal = Seal()
    disclosure: Disclosure = Disclosure()

    @property
    def read_on(self) -> str:
        """The code part on which a grant's outcome is read: as set, else projekt or aktivitet, whichever comes first."""
        ours = {part.key for part in self.code_parts}
        return self.outcome_part or next((key for key in OUTCOME_PARTS if key in ours), "")

    @property
    def database_address(self) -> str:
        """The database as SQLAlchemy names it: the embedded one unless ``database`` names another."""
        return self.database or f"sqlite:///{self.instance / 'portal.sqlite'}"

    @property
    def deliveries(self) -> Path:
        """The folder below which deliveries to an archive are put."""
        return self.archive_folder or self.instance / "leveranser"

    @property
    def is_https(self) -> bool:
        """Whether people reach the portal over TLS; decides the cookie's prefix and Secure flag."""
        return urlsplit(self.public_address).scheme == "https"

    @property
    def hosts(self) -> list[str]:
        """The host names a request may be addressed to."""
        return [urlsplit(self.public_address).hostname or "", *self.trusted_hosts, *LOOPBACK]


def _fail(sentence: str) -> SettingsError:
    return SettingsError(f"settings.toml: {sentence}")


def _take(table: dict[str, Any], key: str, kind: type, where: str = "") -> Any:
    value = table.pop(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        names = {str: "en text", int: "ett heltal", bool: "true eller false", list: "en lista", dict: "en tabell"}
        raise _fail(f"{where}{key} ska vara {names[kind]}.")
    return value


def _nothing_left(table: dict[str, Any], where: str) -> None:
    if table:
        raise _fail(f"{where}{min(table)} är inte en inställning som portalen känner till.")


def _mail(table: dict[str, Any], instance: Path) -> Mail:
    kinds = {"host": str, "sender": str, "port": int, "starttls": bool, "tls": bool, "username": str,
             "password_file": str, "ca_file": str, "bounces": str}  # fmt: skip
    values = {key: _take(table, key, kind, "mail.") for key, kind in kinds.items() if key in table}
    _nothing_left(table, "mail.")
    for key in ("host", "sender"):
        if not values.get(key):
            raise _fail(f"mail.{key} saknas.")
    if not 0 < values.get("port", 587) < 65536:
        raise _fail("mail.port ska vara ett portnummer, till exempel 587.")
    for key in ("password_file", "ca_file", "bounces"):
        if key in values:
            values[key] = instance / values[key]
    if values.get("tls"):
        values.setdefault("port", 465)
    return Mail(**values)


def _seal(table: dict[str, Any], instance: Path) -> Seal:
    values = {key: _take(table, key, str, "seal.") for key in tuple(table) if key in Seal.__dataclass_fields__}
    _nothing_left(table, "seal.")
    address, files = values.pop("time_stamp", ""), {key: instance / name for key, name in values.items() if name}
    for key in ("certificate", "password_file"):
        if key in files and "key" not in files:
            raise _fail(f"seal.{key} förutsätter seal.key.")
    if address and (urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname):
        raise _fail("seal.time_stamp ska vara en adress som börjar med http:// eller https://.")
    if bool(address) != ("time_stamp_roots" in files):
        raise _fail("seal.time_stamp och seal.time_stamp_roots ska anges tillsammans.")
    return Seal(time_stamp=address, **files)


def _disclosure(table: dict[str, Any]) -> Disclosure:
    kinds = {"free_pages": int, "first_fee": int, "page_fee": int, "clause": str, "court": str}
    values = {key: _take(table, key, kind, "disclosure.") for key, kind in kinds.items() if key in table}
    _nothing_left(table, "disclosure.")
    if any(isinstance(value, int) and not 0 <= value <= 10_000 for value in values.values()):
        raise _fail("disclosure.free_pages, first_fee och page_fee ska vara heltal, 0 eller mer.")
    if not values.get("court", "kammarrätten").strip():
        raise _fail('disclosure.court ska vara en kammarrätt, till exempel "Kammarrätten i Jönköping".')
    return Disclosure(**values)


def _code_part(table: dict[str, Any]) -> CodePart:
    kinds = {"key": str, "label": str, "pattern": str, "required": bool, "required_for": list}
    if not isinstance(table, dict):
        raise _fail("code_parts ska vara en lista av tabeller.")
    values = {key: _take(table, key, kind, "code_parts.") for key, kind in kinds.items() if key in table}
    _nothing_left(table, "code_parts.")
    if not re.fullmatch(r"[a-z_]{1,30}", values.get("key", "")):
        raise _fail("code_parts.key ska bestå av små bokstäver a–z.")
    try:
        re.compile(values.get("pattern", ""))
    except re.error as error:
        raise _fail(f"code_parts.pattern för {values['key']} går inte att tolka.") from error
    values["required_for"] = tuple(values.get("required_for", ()))
    if any(kind not in CODE_KINDS for kind in values["required_for"]):
        raise _fail(f"code_parts.required_for för {values['key']} ska vara några av {', '.join(CODE_KINDS)}.")
    values.setdefault("label", values["key"].capitalize())
    return CodePart(**values)


def _scanner(text: str) -> Scanner | None:
    """A path, or an address with its port; empty is no scanner. Raises SettingsError."""
    if text.startswith("/"):
        return Scanner(socket=text)
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z.\-]+):([0-9]{1,5})", text)
    if text and not (found and 0 < int(found[2]) < 65536):
        raise _fail('scanner ska vara "/run/clamav/clamd.ctl" eller en adress med port, "127.0.0.1:3310".')
    return Scanner(host=found[1].strip("[]"), port=int(found[2])) if found else None


def _check_coding(settings: Settings) -> None:
    keys = [part.key for part in settings.code_parts]
    if len(set(keys)) < len(keys):
        raise _fail("code_parts.key får inte stå två gånger.")
    if settings.outcome_part and settings.outcome_part not in (set(keys) & set(OUTCOME_PARTS)):
        raise _fail('outcome_part ska vara "projekt" eller "aktivitet" och finnas bland code_parts.')
    for name in ("internal_accounts", "balance_accounts"):
        try:
            re.compile(getattr(settings, name))
        except re.error as error:
            raise _fail(f"{name} går inte att tolka.") from error


def _report_date(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    month, day = (int(found[1]), int(found[2])) if found else (0, 0)
    # 28, because a date that does not exist every year is no default.
    if not (1 <= month <= 12 and 1 <= day <= (28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)):
        raise _fail("report_date ska vara månad-dag, till exempel 01-31.")
    return month, day


def _remind_days(days: list[Any]) -> tuple[int, ...]:
    if any(isinstance(day, bool) or not isinstance(day, int) or not 0 <= day <= 100 for day in days):
        raise _fail("remind_working_days ska vara en lista av antal arbetsdagar, till exempel [10, 0].")
    return tuple(sorted(set(days), reverse=True))


def _check(settings: Settings) -> Settings:
    address = urlsplit(settings.public_address)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise _fail("public_address ska vara en adress som börjar med https://.")
    if address.scheme == "http" and address.hostname not in LOOPBACK and settings.proxies == 0:
        raise _fail("public_address utanför den egna datorn ska börja med https://.")
    if not re.fullmatch(r"(#[0-9a-fA-F]{6})?", settings.theme_colour):
        raise _fail("theme_colour ska vara en färg som #1d4f91.")
    if settings.crest and not re.fullmatch(r"[^/\\\0]{1,100}\.(?:svg|png)", settings.crest, re.IGNORECASE):
        raise _fail('crest ska vara namnet på en fil i instansens mapp, till exempel "vapen.svg" eller "vapen.png".')
    if settings.pdf_standard not in ("a-2a", "a-3a"):
        raise _fail('pdf_standard ska vara "a-2a" eller "a-3a".')
    if settings.dispatch_at not in ("record", "decision"):
        raise _fail('dispatch_at ska vara "record" eller "decision".')
    if not settings.municipality.strip():
        raise _fail("municipality saknas.")
    if not re.fullmatch(r"([0-9]{6}-[0-9]{4})?", settings.organisation_number):
        raise _fail('organisation_number ska vara som "212000-0001".')
    _check_coding(settings)
    if not 0 <= settings.acknowledge_working_days <= 100:
        raise _fail("acknowledge_working_days ska vara ett antal arbetsdagar, till exempel 5; 0 påminner inte.")
    if not 0 <= settings.digest_hour <= 23:
        raise _fail("digest_hour ska vara en hel timme från 0 till 23, till exempel 7.")
    if not 1 <= settings.report_delegated_within_days <= 3650:
        raise _fail("report_delegated_within_days ska vara ett antal dagar, till exempel 45.")
    return settings


def parse(text: str, instance: Path) -> Settings:
    """Settings from the text of a TOML file. Raises SettingsError with one sentence."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _fail(f"filen går inte att tolka ({error}).") from error
    kinds = {"municipality": str, "public_address": str, "theme_colour": str, "crest": str, "pdf_standard": str,
             "database": str, "dispatch_at": str, "proxies": int, "report_delegated_within_days": int, "outcome_part": str,
             "acknowledge_working_days": int, "digest_hour": int, "internal_accounts": str, "balance_accounts": str,
             "budget_control": bool, "organisation_number": str}  # fmt: skip
    values: dict[str, Any] = {key: _take(table, key, kind) for key, kind in kinds.items() if key in table}
    if "report_date" in table:
        values["report_date"] = _report_date(_take(table, "report_date", str))
    if "remind_working_days" in table:
        values["remind_working_days"] = _remind_days(_take(table, "remind_working_days", list))
    if "trusted_hosts" in table:
        values["trusted_hosts"] = tuple(str(host) for host in _take(table, "trusted_hosts", list))
    if "code_parts" in table:
        values["code_parts"] = tuple(_code_part(part) for part in _take(table, "code_parts", list))
    if "scanner" in table:
        values["scanner"] = _scanner(_take(table, "scanner", str))
    if "mail" in table:
        values["mail"] = _mail(cast("dict[str, Any]", _take(table, "mail", dict)), instance)
    if "seal" in table:
        values["seal"] = _seal(cast("dict[str, Any]", _take(table, "seal", dict)), instance)
    if "archive_folder" in table:
        values["archive_folder"] = instance / _take(table, "archive_folder", str)
    if "disclosure" in table:
        values["disclosure"] = _disclosure(cast("dict[str, Any]", _take(table, "disclosure", dict)))
    _nothing_left(table, "")
    return _check(Settings(instance=instance, **values))


def instance_path() -> Path:
    """The folder of this installation: ``INSTANCE`` in the environment, else ``instance``."""
    return Path(os.environ.get("INSTANCE") or DEFAULT_INSTANCE).absolute()


def load(instance: Path) -> Settings:
    """The settings of the installation in ``instance``; the defaults when it has no file. Raises SettingsError."""
    path = instance / "settings.toml"
    try:
        return parse(path.read_text(encoding="utf-8"), instance)
    except FileNotFoundError:
        return Settings(instance=instance)
    except (OSError, UnicodeDecodeError) as error:
        raise _fail("filen går inte att läsa.") from error


def current_settings() -> Settings:
    """What the municipality has decided for the installation that is being served."""
    found: Settings = current_app.extensions["settings"]
    return found


def secret_key(instance: Path) -> bytes:
    """The key that signs cookies: the instance's own, or a passing one where there is no instance yet.

    Raises SettingsError when the key is too short.
    """
    try:
        key = (instance / "secret_key").read_bytes()
    except FileNotFoundError:
        return secrets.token_bytes(KEY_BYTES)
    if len(key) < KEY_BYTES:
        raise SettingsError(f"{instance / 'secret_key'} är kortare än {KEY_BYTES} byte.")
    return key


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read. Raises FileExistsError when it is there already."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(content)
