"""Key files and signed notes, against the vectors of the Go implementation that the C2SP text describes."""

import stat
import subprocess
from pathlib import Path

import pytest

from portal.log import keys, merkle, notes, witness

GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


@pytest.fixture
def key() -> keys.LogKey:
    return keys.LogKey.generate("logg.example/akersbro")


def checkpoint(key: keys.LogKey, size: int = 3) -> str:
    return notes.sign(notes.TreeHead(key.name, size, merkle.leaf_hash(b"root")), key)


def test_a_private_key_of_another_implementation_gives_its_public_key() -> None:
    assert keys.public_key_text(keys.LogKey.parse(GO_PRIVATE)) == GO_PUBLIC


def test_a_note_of_another_implementation_is_opened() -> None:
    assert notes.open_note(GO_NOTE, keys.PublicLogKey.parse(GO_PUBLIC)) == GO_TEXT


def test_a_text_is_signed_as_another_implementation_signs_it() -> None:
    assert notes.sign_text(GO_TEXT, keys.LogKey.parse(GO_PRIVATE)) == GO_NOTE


@pytest.mark.parametrize("text", ["en\n", "en\ntvå\n", "en\n\n\ntvå\n\n"])
def test_a_signed_text_is_opened_as_it_was(key: keys.LogKey, text: str) -> None:
    assert notes.open_note(notes.sign_text(text, key), key.public) == text


@pytest.mark.parametrize("text", ["", "\n", "en", "en\r\n", "en\ttvå\n"])
def test_what_is_not_whole_lines_of_text_is_not_signed(key: keys.LogKey, text: str) -> None:
    with pytest.raises(ValueError, match="whole lines"):
        notes.sign_text(text, key)


def test_a_new_key_file_is_readable_by_its_owner_only_and_read_again(tmp_path: Path) -> None:
    key = keys.load_or_create_log_key(tmp_path / "log_key")
    assert stat.S_IMODE((tmp_path / "log_key").stat().st_mode) == 0o600
    assert keys.load_or_create_log_key(tmp_path / "log_key") == key
    assert keys.PublicLogKey.parse(keys.public_key_text(key)) == key.public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "log_key"
    keys.load_or_create_log_key(path)
    path.chmod(mode)
    with pytest.raises(keys.KeyFileError, match="chmod 600"):
        keys.load_or_create_log_key(path)


@pytest.mark.parametrize("content", ["", "hemligt", GO_PUBLIC, GO_PRIVATE.replace("c74f", "c74e"), GO_PRIVATE[:-4], "\xff"])
def test_a_malformed_key_file_is_refused_with_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "log_key"
    path.write_bytes(content.encode("latin-1"))
    path.chmod(0o600)
    with pytest.raises(keys.KeyFileError, match=r"\.$"):
        keys.load_log_key(path)


def test_the_secret_half_is_not_in_the_representation_of_a_key(key: keys.LogKey) -> None:
    secret = str(key).split("+", 4)[4]  # what is base64 may have a plus of its own
    assert len(secret) > 40 and secret not in repr(key)


def test_a_signed_checkpoint_is_read_as_it_was_signed(key: keys.LogKey) -> None:
    head = notes.open_checkpoint(checkpoint(key), key.public)
    assert (head.origin, head.size, head.root) == (key.name, 3, merkle.leaf_hash(b"root"))


def test_any_changed_character_of_a_checkpoint_is_found(key: keys.LogKey) -> None:
    note = checkpoint(key)
    for at, letter in enumerate(note):
        changed = note[:at] + ("x" if letter != "x" else "y") + note[at + 1 :]
        with pytest.raises(notes.NoteError):
            notes.open_checkpoint(changed, key.public)


def test_a_checkpoint_signed_by_another_key_of_the_same_name_is_refused(key: keys.LogKey) -> None:
    with pytest.raises(notes.NoteError, match="trusted"):
        notes.open_checkpoint(checkpoint(keys.LogKey.generate(key.name)), key.public)


@pytest.mark.parametrize(
    "text", ["{name}\n03\n{root}\n", "{name}\n3\n{root}\nmer\n", "annan\n3\n{root}\n", "{name}\n-1\n{root}\n"]
)
def test_a_signed_text_that_is_no_checkpoint_of_this_log_is_refused(key: keys.LogKey, text: str) -> None:
    class Odd(notes.TreeHead):
        def text(self) -> str:
            return text.format(name=key.name, root="A" * 43 + "=")

    note = notes.sign(Odd(key.name, 3, b""), key)
    with pytest.raises(notes.NoteError):
        notes.open_checkpoint(note, key.public)


def test_openssl_alone_can_check_a_checkpoint(key: keys.LogKey, tmp_path: Path) -> None:
    note = checkpoint(key)
    text, _, line = note.partition("\n\n")
    (tmp_path / "note.txt").write_text(text + "\n")
    (tmp_path / "key.der").write_bytes(bytes.fromhex("302a300506032b6570032100") + key.public.raw)
    (tmp_path / "note.sig").write_bytes(notes.b64decode(line.split()[2])[4:])
    command = "openssl pkeyutl -verify -pubin -inkey key.der -keyform DER -rawin -in note.txt -sigfile note.sig"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False).returncode == 0


def test_a_proof_is_read_as_it_was_written_and_holds_for_its_leaf_only(key: keys.LogKey) -> None:
    leaves = [merkle.leaf_hash(b"%d" % number) for number in range(5)]
    head = notes.TreeHead(key.name, 5, merkle.root(merkle.frontier_of(leaves)))
    proof = notes.Proof(2, tuple(merkle.inclusion_proof(leaves, 2)), notes.sign(head, key), b"extra")
    assert notes.parse_proof(proof.text()) == proof
    assert notes.check_proof(proof, leaves[2], key.public) == head
    with pytest.raises(notes.NoteError):
        notes.check_proof(proof, leaves[3], key.public)


@pytest.mark.parametrize(
    "text",
    ["", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex 01\n\nx", "c2sp.org/tlog-proof@v1\nindex 1\nAA==\n\nx"],
)
def test_a_malformed_proof_is_refused(text: str) -> None:
    with pytest.raises(notes.NoteError):
        notes.parse_proof(text)


def test_a_note_cut_off_by_a_crash_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "checkpoints"
    assert witness.recall(path) == []
    witness.remember(path, "ett\n")
    with path.open("a") as file:
        file.write('\n"tv')
    witness.remember(path, "tre\n")
    witness.remember(path, "tre\n")
    assert witness.recall(path) == ["ett\n", "tre\n"]
