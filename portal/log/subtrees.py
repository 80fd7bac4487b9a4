"""Proofs out of a tree of any size, without reading all of its leaves for each.

A full subtree of a tree that only grows never changes, so the roots of the larger ones are kept once they are known. A
million leaves make four thousand such roots.
"""

from collections.abc import Callable

from portal.log import merkle

BLOCK = 512  # leaves of the smallest subtree whose root is kept; a power of two

Read = Callable[[int, int], list[bytes]]
"""The leaves from one number up to but not with another."""


class Subtrees:
    """What is known of one tree. ``read`` gives the leaves that are still needed: some blocks for each proof."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._roots: dict[tuple[int, int], bytes] = {}
        self._blocks: dict[int, list[bytes]] = {}

    def inclusion_proof(self, size: int, index: int) -> list[bytes]:
        """As ``merkle.inclusion_proof`` over the first ``size`` leaves. Raises ValueError outside the tree."""
        try:
            return [self._root(start, end) for start, end in merkle.siblings(size, index)]
        finally:
            self._blocks.clear()  # the last one may yet get more leaves

    def forget(self) -> None:
        """Know nothing any more."""
        self._roots.clear()

    def _root(self, start: int, end: int) -> bytes:
        return merkle.root(tuple(self._full(start + one, start + other) for one, other in merkle.ranges(end - start)))

    def _full(self, start: int, end: int) -> bytes:
        """The root of a full subtree."""
        if end - start < BLOCK:
            return merkle.root(merkle.frontier_of(self._leaves(start, end)))
        if (start, end) not in self._roots:
            if end - start == BLOCK:
                found = merkle.root(merkle.frontier_of(self._read(start, end)))
            else:
                middle = (start + end) // 2
                found = merkle.node_hash(self._full(start, middle), self._full(middle, end))
            self._roots[start, end] = found
        return self._roots[start, end]

    def _leaves(self, start: int, end: int) -> list[bytes]:
        """A part of one block, which is read once for all its parts."""
        first = start // BLOCK * BLOCK
        if first not in self._blocks:
            self._blocks[first] = self._read(first, first + BLOCK)
        return self._blocks[first][start - first : end - first]
