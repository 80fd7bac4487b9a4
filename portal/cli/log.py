"""The tamper-evident log from outside: check it, and print the key that outsiders check with."""

from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from portal.cli.shared import Group, Stop, Wrong, instance, needs_database, say

if TYPE_CHECKING:
    from portal.log import keys


@click.group(cls=Group, help="Kontrollera loggen och visa dess offentliga nyckel.")
def log() -> None:
    """The group of the commands."""


def verdict_of_log() -> tuple[bool, str]:
    """Whether the log holds, with the sentence that says so or names the first bad entry. Raises Stop."""
    from portal.log import keys, verifier, witness

    try:
        key = keys.load_log_key(instance() / "log_key")
    except keys.KeyFileError as error:
        raise Stop(str(error)) from error
    verdict = verifier.verify(key.public, witness.recall(instance() / "log_notes"))
    if verdict.ok:
        return True, f"Loggen är obruten: {verdict.size} poster."
    place = f" Första felaktiga posten: {verdict.first_bad_seq}." if verdict.first_bad_seq else ""
    return False, f"Loggen är bruten. {verdict.reason}{place}"


@log.command(help="Räkna om hela loggen och jämför med allt som har undertecknats.")
@with_appcontext
@needs_database
def verify() -> None:
    """Name the first bad entry, if there is one."""
    ok, sentence = verdict_of_log()
    if not ok:
        raise Wrong(sentence)
    say(sentence)


@log.command(help="Visa den offentliga nyckeln.")
@click.option("--sigill", "with_seal", is_flag=True, help="Visa också den undertecknade uppgiften om vilket sigill som gäller.")
@with_appcontext
def key(with_seal: bool) -> None:
    """The public key, as a verifier key line (C2SP), and what it says seals now."""
    from portal.log import keys

    try:
        signer = keys.load_log_key(instance() / "log_key")
    except keys.KeyFileError as error:
        raise Stop(str(error)) from error
    say(keys.public_key_text(signer))
    if with_seal:
        say(_note_on_the_seal(signer))


def _note_on_the_seal(signer: "keys.LogKey") -> str:
    from portal.documents.sealing import SealError, seal_note
    from portal.documents.seals import current_seal

    try:
        sealing, stamps = current_seal()
    except SealError as error:
        raise Stop(str(error)) from error
    return seal_note(sealing, signer, stamps).removesuffix("\n")
