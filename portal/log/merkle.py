"""The Merkle tree of RFC 6962 section 2.1: frontier, roots and proofs, as pure functions over hashes.

Leaves are counted from 0 here. Everywhere else in the portal an entry has its sequence number, counted from 1.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32

Frontier = tuple[bytes, ...]
"""Roots of the full subtrees that the tree consists of, the largest (leftmost) first."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf: the 0x00 keeps a leaf from being taken for a node."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node: 0x01, then both children."""
    return sha256(b"\x01" + left + right).digest()


def append(frontier: Frontier, size: int, leaf: bytes) -> Frontier:
    """The frontier after one more ``leaf``; ``size`` is the number of leaves before it."""
    if len(frontier) != size.bit_count():
        raise ValueError("the frontier does not belong to a tree of this size")
    nodes = list(frontier)
    while size & 1:
        leaf = node_hash(nodes.pop(), leaf)
        size >>= 1
    nodes.append(leaf)
    return tuple(nodes)


def root(frontier: Frontier) -> bytes:
    """The root of the tree with this frontier; for the empty tree the hash of nothing."""
    if not frontier:
        return sha256(b"").digest()
    *rest, result = frontier
    for node in reversed(rest):
        result = node_hash(node, result)
    return result


def frontier_of(leaves: Iterable[bytes]) -> Frontier:
    """The frontier of the tree over ``leaves``."""
    frontier: Frontier = ()
    for size, leaf in enumerate(leaves):
        frontier = append(frontier, size, leaf)
    return frontier


def ranges(size: int) -> list[tuple[int, int]]:
    """The half-open leaf ranges that the frontier of a tree of ``size`` covers, in the frontier's order."""
    found: list[tuple[int, int]] = []
    start = 0
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            found.append((start, start + (1 << bit)))
            start += 1 << bit
    return found


def _split(count: int) -> int:
    """The largest power of two smaller than ``count`` (which is at least 2)."""
    return 1 << (count - 1).bit_length() - 1


def _subtree(leaves: Sequence[bytes], start: int, end: int) -> bytes:
    return root(frontier_of(leaves[index] for index in range(start, end)))


def siblings(size: int, index: int) -> list[tuple[int, int]]:
    """The half-open leaf ranges that the inclusion proof of a leaf is made of, from the leaf up to the root.

    Raises ValueError outside the tree.
    """
    if not 0 <= index < size:
        raise ValueError("there is no such leaf in the tree")
    found: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Siblings from the leaf up to the root (RFC 6962 section 2.1.1). Raises ValueError outside the tree."""
    return [_subtree(leaves, start, end) for start, end in siblings(len(leaves), index)]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Nodes that show that the first ``old_size`` leaves are still there (RFC 6962 section 2.1.2).

    Raises ValueError when the older tree is empty or larger than this one.
    """
    if not 0 < old_size <= len(leaves):
        raise ValueError("the older tree is empty or larger than the newer")
    path: list[bytes] = []
    start, end, whole = 0, len(leaves), True
    while start + old_size < end:
        middle = start + _split(end - start)
        if start + old_size <= middle:
            path.append(_subtree(leaves, middle, end))
            end = middle
        else:
            path.append(_subtree(leaves, start, middle))
            old_size -= middle - start
            start, whole = middle, False
    if not whole:
        path.append(_subtree(leaves, start, end))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes) -> bool:
    """True when ``path`` leads from ``leaf`` at ``index`` to the root of a tree of ``size`` leaves.

    The path alone does not bind the size: take size and root from a signed checkpoint only.
    """
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(sibling, result)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and result == expected_root


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """True when ``path`` shows that the newer tree begins with the whole of the older one (RFC 9162 section 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    nodes = list(path)
    if old_size & (old_size - 1) == 0:
        nodes.insert(0, old_root)
    if not nodes:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_result = new_result = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_result, new_result = node_hash(node, old_result), node_hash(node, new_result)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new_result = node_hash(new_result, node)
        place, last = place >> 1, last >> 1
    return last == 0 and old_result == old_root and new_result == new_root
