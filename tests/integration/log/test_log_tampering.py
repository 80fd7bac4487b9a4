"""Eight kinds of tampering by someone who owns the database but not the key: all are found, at the right entry."""

# ruff: noqa: S608 (the attacker writes its own SQL, over names in this file only)

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal import db as database
from portal.db import session, transaction
from portal.log import keys, operations
from portal.log.verifier import Verdict, verify

from .conftest import Attacker, add, another, sign

ENTRIES = 12


@pytest.fixture
def signed(log_app: Flask, key: keys.LogKey, log_file: Path) -> list[str]:
    """Twelve entries, signed after 4, 8 and 12; the notes are what is kept outside the database."""
    kept = []
    for first in (1, 5, 9):
        add(4, first=first)
        kept.append(sign(key))
        if first == 5:
            copy = sqlite3.connect(log_file.with_name("older.sqlite"))
            with sqlite3.connect(log_file) as source:
                source.backup(copy)
            source.close()
            copy.close()
    return kept


def tampered(path: Path, change: Callable[[Attacker], None], key: keys.LogKey, kept: list[str]) -> Verdict:
    attacker = Attacker(path)
    change(attacker)
    attacker.connection.close()
    return verify(key.public, kept)


def test_an_untouched_log_holds(signed: list[str], key: keys.LogKey) -> None:
    assert verify(key.public, signed) == Verdict(True, ENTRIES, None, "")


def edit(attacker: Attacker) -> None:
    attacker.run("UPDATE log_entry SET role = 'registrar' WHERE seq = 5")


def edit_body(attacker: Attacker) -> None:
    attacker.run("UPDATE log_body SET json = replace(json, '000', '999') WHERE seq = 5")


def delete(attacker: Attacker) -> None:
    attacker.run("DELETE FROM log_entry WHERE seq = 5")
    attacker.run("DELETE FROM log_body WHERE seq = 5")


def delete_body(attacker: Attacker) -> None:
    attacker.run("DELETE FROM log_body WHERE seq = 5")


def insert(attacker: Attacker) -> None:
    for table in ("log_entry", "log_body"):
        attacker.run(f"UPDATE {table} SET seq = -seq - 1 WHERE seq >= 5")
        attacker.run(f"UPDATE {table} SET seq = -seq WHERE seq < 0")
    copy_entry(attacker, 4, 5)


def copy_entry(attacker: Attacker, source: int, target: int) -> None:
    columns = "at, actor, acting_for, role, action, object_kind, object_id, case_id, body_commit, leaf"
    attacker.run(f"INSERT INTO log_entry (seq, {columns}) SELECT ?, {columns} FROM log_entry WHERE seq = ?", target, source)
    attacker.run("INSERT INTO log_body SELECT ?, salt, json FROM log_body WHERE seq = ?", target, source)


def swap(attacker: Attacker) -> None:
    for table in ("log_entry", "log_body"):
        for old, new in ((5, 99), (9, 5), (99, 9)):
            attacker.run(f"UPDATE {table} SET seq = ? WHERE seq = ?", new, old)


def body_swap(attacker: Attacker) -> None:
    for old, new in ((5, 99), (9, 5), (99, 9)):
        attacker.run("UPDATE log_body SET seq = ? WHERE seq = ?", new, old)


def move_in_time(attacker: Attacker) -> None:
    attacker.run("UPDATE log_entry SET at = '2020-01-01 08:00:00.000000' WHERE seq = 5")


def within_a_millisecond(attacker: Attacker) -> None:
    attacker.run("UPDATE log_entry SET at = substr(at, 1, 23) || '001' WHERE seq = 5")


def rehash(attacker: Attacker) -> None:
    attacker.run("UPDATE log_body SET json = replace(json, '000', '999') WHERE seq = 5")
    attacker.rehash()


def rehash_without_checkpoints(attacker: Attacker) -> None:
    rehash(attacker)
    attacker.run("DELETE FROM log_checkpoint")


@pytest.mark.parametrize(
    "change",
    [
        edit,
        edit_body,
        delete,
        delete_body,
        insert,
        swap,
        body_swap,
        move_in_time,
        within_a_millisecond,
        rehash,
        rehash_without_checkpoints,
    ],
)
def test_tampering_with_the_fifth_entry_is_found_at_the_fifth(
    signed: list[str], key: keys.LogKey, log_file: Path, change: Callable[[Attacker], None]
) -> None:
    verdict = tampered(log_file, change, key, signed)
    assert not verdict.ok
    assert verdict.first_bad_seq == 5
    assert "5" in verdict.reason and verdict.reason.endswith(".")


def append_beside(attacker: Attacker) -> None:
    copy_entry(attacker, 12, 13)


def append_with_head(attacker: Attacker) -> None:
    copy_entry(attacker, 12, 13)
    attacker.run("UPDATE log_head SET size = 13")


def test_an_entry_added_beside_the_log_is_found(signed: list[str], key: keys.LogKey, log_file: Path) -> None:
    assert tampered(log_file, append_beside, key, signed).first_bad_seq == 13


def test_an_entry_copied_to_the_end_is_found(signed: list[str], key: keys.LogKey, log_file: Path) -> None:
    assert tampered(log_file, append_with_head, key, signed).first_bad_seq == 13


def truncate(attacker: Attacker) -> None:
    for table in ("log_body", "log_entry"):
        attacker.run(f"DELETE FROM {table} WHERE seq > 8")


def truncate_all_traces(attacker: Attacker) -> None:
    truncate(attacker)
    attacker.rehash()
    attacker.run("DELETE FROM log_checkpoint WHERE size > 8")


@pytest.mark.parametrize("change", [truncate, truncate_all_traces, lambda attacker: attacker.run("DELETE FROM log_entry")])
def test_a_log_cut_off_is_found_at_the_first_entry_missing(
    signed: list[str], key: keys.LogKey, log_file: Path, change: Callable[[Attacker], None]
) -> None:
    verdict = tampered(log_file, change, key, signed)
    assert (verdict.ok, verdict.first_bad_seq) == (False, verdict.size + 1)
    assert "saknas" in verdict.reason


def test_a_log_rolled_back_to_an_older_copy_is_found_by_what_is_kept_outside(
    signed: list[str], key: keys.LogKey, log_file: Path
) -> None:
    Attacker(log_file).roll_back_to(log_file.with_name("older.sqlite"))
    assert verify(key.public).ok, "inside the database an older copy looks whole"
    verdict = verify(key.public, signed)
    assert (verdict.ok, verdict.size, verdict.first_bad_seq) == (False, 8, 9)
    assert "12" in verdict.reason


def test_a_tree_computed_anew_is_placed_between_the_checkpoints(signed: list[str], key: keys.LogKey, log_file: Path) -> None:
    def change(attacker: Attacker) -> None:
        attacker.run("UPDATE log_entry SET role = 'registrar' WHERE seq = 11")
        attacker.rehash()

    verdict = tampered(log_file, change, key, signed)
    assert verdict.first_bad_seq == 9
    assert "9–12" in verdict.reason


def test_with_a_checkpoint_after_every_entry_a_tree_computed_anew_is_named_exactly(
    log_app: Flask, key: keys.LogKey, log_file: Path
) -> None:
    for number in range(1, 11):
        add(1, first=number)
        sign(key)

    def change(attacker: Attacker) -> None:
        attacker.run("UPDATE log_entry SET role = 'registrar' WHERE seq = 7")
        attacker.rehash()

    assert tampered(log_file, change, key, []).first_bad_seq == 7


def test_before_any_checkpoint_a_changed_leaf_is_narrowed_by_the_head(log_app: Flask, key: keys.LogKey, log_file: Path) -> None:
    add(11)

    def change(attacker: Attacker) -> None:
        head = attacker.connection.execute("SELECT size, frontier, root FROM log_head").fetchone()
        attacker.run("UPDATE log_entry SET role = 'registrar' WHERE seq = 11")
        attacker.rehash()
        attacker.run("UPDATE log_head SET size = ?, frontier = ?, root = ?", *head)

    assert tampered(log_file, change, key, []).first_bad_seq == 11


def test_checkpoints_forged_with_another_key_do_not_help(signed: list[str], key: keys.LogKey, log_file: Path) -> None:
    def change(attacker: Attacker) -> None:
        rehash_without_checkpoints(attacker)
        session.remove()
        with transaction():
            operations.sign_checkpoint(keys.LogKey.generate(key.name))

    assert tampered(log_file, change, key, signed).first_bad_seq == 5
    assert not verify(key.public).ok


def test_nothing_more_is_signed_once_an_unsigned_entry_has_been_changed(
    signed: list[str], key: keys.LogKey, log_file: Path
) -> None:
    add(3, first=13)
    attacker = Attacker(log_file)
    attacker.run("UPDATE log_entry SET role = 'registrar' WHERE seq = 14")
    attacker.close()
    with pytest.raises(operations.LogBroken):
        sign(key)


def test_every_changed_value_in_every_row_is_found(signed: list[str], key: keys.LogKey, log_file: Path) -> None:
    session.remove()
    database.db.engine.dispose()
    attacker = Attacker(log_file)
    read = attacker.connection
    tried = 0
    unsigned = {"signed_at", "id"}  # told to the reader, not part of what is signed
    for table, row_key in (("log_entry", "seq"), ("log_body", "seq"), ("log_head", "id"), ("log_checkpoint", "id")):
        columns = [row[1] for row in read.execute(f"PRAGMA table_info({table})") if row[1] not in unsigned]
        for identity, *values in read.execute(f"SELECT {row_key}, {', '.join(columns)} FROM {table}").fetchall():
            for column, value in zip(columns, values, strict=True):
                for false in (another(value), "\x00", b"\xff", -1):
                    if column == row_key and not isinstance(false, int):
                        continue
                    where = identity if column != row_key else false
                    attacker.run(f"UPDATE {table} SET {column} = ? WHERE {row_key} = ?", false, identity)
                    verdict = verify(key.public, signed)
                    attacker.run(f"UPDATE {table} SET {column} = ? WHERE {row_key} = ?", value, where)
                    assert not verdict.ok, (table, identity, column, false)
                    if row_key == "seq":
                        assert verdict.first_bad_seq in {identity, 1} if column == "seq" else verdict.first_bad_seq == identity
                    tried += 1
    attacker.close()
    assert tried > 500
    assert verify(key.public, signed).ok


def test_text_that_is_not_utf_8_is_found_at_its_entry(signed: list[str], key: keys.LogKey, log_file: Path) -> None:
    def change(attacker: Attacker) -> None:
        attacker.run("UPDATE log_body SET json = CAST(x'ff7b7d' AS TEXT) WHERE seq = 5")

    assert tampered(log_file, change, key, signed).first_bad_seq == 5


def test_a_removed_head_is_found(signed: list[str], key: keys.LogKey, log_file: Path) -> None:
    verdict = tampered(log_file, lambda attacker: attacker.run("DELETE FROM log_head"), key, signed)
    assert (verdict.ok, verdict.first_bad_seq, verdict.reason) == (False, None, "Loggens topp stämmer inte med posterna.")


def test_a_note_outside_the_database_that_the_log_never_signed_is_told(signed: list[str], key: keys.LogKey) -> None:
    assert not verify(key.public, [*signed, signed[0].replace("\n4\n", "\n5\n")]).ok


def test_an_empty_log_holds(log_app: Flask, key: keys.LogKey) -> None:
    assert verify(key.public) == Verdict(True, 0, None, "")


def test_an_older_copy_can_be_put_back_when_nothing_newer_was_signed(
    signed: list[str], key: keys.LogKey, log_file: Path
) -> None:
    shutil.copy(log_file.with_name("older.sqlite"), log_file.with_name("copy.sqlite"))
    Attacker(log_file).roll_back_to(log_file.with_name("copy.sqlite"))
    assert verify(key.public, signed[:2]).ok
