"""A proof out of a large tree reads some blocks of it, and is the same as one made of all its leaves."""

from portal.log import merkle
from portal.log.subtrees import BLOCK, Subtrees

SIZES = (1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 4 * BLOCK, 5 * BLOCK + 77)


class Tree:
    """Leaves that tell how many of them have been read."""

    def __init__(self, size: int) -> None:
        self.leaves = [merkle.leaf_hash(b"%d" % number) for number in range(size)]
        self.read = 0

    def between(self, start: int, end: int) -> list[bytes]:
        found = self.leaves[start:end]
        self.read += len(found)
        return found


def test_the_proofs_of_a_growing_tree_are_those_of_all_its_leaves() -> None:
    tree = Tree(SIZES[-1])
    known = Subtrees(tree.between)
    for size in SIZES:
        for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
            assert known.inclusion_proof(size, index) == merkle.inclusion_proof(tree.leaves[:size], index), (size, index)


def test_the_second_proof_of_a_large_tree_reads_three_blocks_at_most() -> None:
    tree = Tree(60 * BLOCK + 5)
    known = Subtrees(tree.between)
    known.inclusion_proof(len(tree.leaves), 3)
    for index in (4, 17 * BLOCK, len(tree.leaves) - 1):
        tree.read = 0
        known.inclusion_proof(len(tree.leaves), index)
        assert tree.read <= 3 * BLOCK, index


def test_what_was_known_of_another_tree_can_be_forgotten() -> None:
    tree, other = Tree(2 * BLOCK + 1), Tree(2 * BLOCK + 1)
    other.leaves.reverse()
    known = Subtrees(lambda start, end: here.between(start, end))
    here = tree
    known.inclusion_proof(len(tree.leaves), 0)
    here = other
    assert known.inclusion_proof(len(other.leaves), 2 * BLOCK) != merkle.inclusion_proof(other.leaves, 2 * BLOCK)
    known.forget()
    assert known.inclusion_proof(len(other.leaves), 2 * BLOCK) == merkle.inclusion_proof(other.leaves, 2 * BLOCK)
