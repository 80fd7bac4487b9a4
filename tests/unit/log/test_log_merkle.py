"""The tree against the reference roots of Certificate Transparency, an independent library and chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from portal.log import merkle

REFERENCE_LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(b"%d" % number) for number in range(count)]


def root_of(leaves: list[bytes]) -> bytes:
    return merkle.root(merkle.frontier_of(leaves))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_certificate_transparency_reference(size: int) -> None:
    leaves = [merkle.leaf_hash(data) for data in REFERENCE_LEAVES[:size]]
    assert root_of(leaves).hex() == REFERENCE_ROOTS[size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13, 33])
def test_roots_and_proofs_are_those_of_an_independent_library(size: int) -> None:
    oracle = InmemoryTree(algorithm="sha256")
    for number in range(size):
        oracle.append_entry(b"%d" % number)
    leaves = leaves_of(size)
    assert root_of(leaves) == oracle.get_root(size)
    for index in range(size):
        path = {bytes.fromhex(node) for node in oracle.prove_inclusion(index + 1, size).serialize()["path"]}
        assert {leaves[index], *merkle.inclusion_proof(leaves, index)} == path
    for old in range(1, size + 1):
        path = merkle.consistency_proof(leaves, old)
        assert merkle.verify_consistency(old, size, oracle.get_root(old), oracle.get_root(size), path)


def test_consistency_proofs_are_those_of_the_example_in_rfc_6962() -> None:
    leaves = leaves_of(7)
    left, right = root_of(leaves[:4]), root_of(leaves[4:])
    assert merkle.consistency_proof(leaves, 3) == [leaves[2], leaves[3], root_of(leaves[:2]), right]
    assert merkle.consistency_proof(leaves, 4) == [right]
    assert merkle.consistency_proof(leaves, 6) == [root_of(leaves[4:6]), leaves[6], left]


def test_every_leaf_of_every_small_tree_is_shown_to_be_in_it_and_nowhere_else() -> None:
    for size in range(1, 18):
        leaves = leaves_of(size)
        root = root_of(leaves)
        for index in range(size):
            path = merkle.inclusion_proof(leaves, index)
            assert merkle.verify_inclusion(leaves[index], index, size, path, root)
            for other in range(size + 2):
                if other != index:
                    assert not merkle.verify_inclusion(leaves[index], other, size, path, root)


def test_every_small_tree_is_shown_to_begin_with_every_older_one() -> None:
    for size in range(1, 18):
        leaves = leaves_of(size)
        for old in range(1, size + 1):
            path = merkle.consistency_proof(leaves, old)
            assert merkle.verify_consistency(old, size, root_of(leaves[:old]), root_of(leaves), path)
            changed = [merkle.leaf_hash(b"changed"), *leaves[1:]]
            assert not merkle.verify_consistency(old, size, root_of(changed[:old]), root_of(leaves), path)


@given(st.integers(1, 200), st.data())
def test_a_changed_proof_never_holds(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(leaves, index)
    change = data.draw(st.sampled_from(["leaf", "root", "longer", "flip", "shorter"] if path else ["leaf", "root", "longer"]))
    leaf, root = leaves[index], root_of(leaves)
    if change == "leaf":
        leaf = merkle.leaf_hash(b"another")
    elif change == "root":
        root = merkle.leaf_hash(root)
    elif change == "longer":
        path = [*path, merkle.leaf_hash(b"another")]
    elif change == "shorter":
        path = path[:-1]
    else:
        at = data.draw(st.integers(0, len(path) - 1))
        path[at] = bytes([path[at][0] ^ 1]) + path[at][1:]
    assert not merkle.verify_inclusion(leaf, index, size, path, root)


@given(st.integers(2, 200), st.data())
def test_a_changed_consistency_proof_never_holds(size: int, data: st.DataObject) -> None:
    leaves = leaves_of(size)
    old = data.draw(st.integers(1, size - 1))
    path = merkle.consistency_proof(leaves, old)
    at = data.draw(st.integers(0, len(path) - 1))
    changes = [path[:at] + path[at + 1 :], [*path, path[at]], [*path[:at], merkle.leaf_hash(path[at]), *path[at + 1 :]]]
    for changed in changes:
        assert not merkle.verify_consistency(old, size, root_of(leaves[:old]), root_of(leaves), changed)


def test_the_frontier_covers_the_tree_from_left_to_right() -> None:
    leaves = leaves_of(13)
    frontier = merkle.frontier_of(leaves)
    assert merkle.ranges(13) == [(0, 8), (8, 12), (12, 13)]
    for (start, end), node in zip(merkle.ranges(13), frontier, strict=True):
        assert root_of(leaves[start:end]) == node


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="this size"):
        merkle.append(merkle.frontier_of(leaves_of(3)), 4, leaves_of(1)[0])


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int) -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        merkle.inclusion_proof(leaves_of(3), index)
