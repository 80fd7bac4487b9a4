"""The proof of a decision as its document and its data hold it. Pure."""

from base64 import b64decode

from portal.documents.shapes import Proof
from portal.verify.printed import Printed


def proof_of(seq: int, proof: Printed) -> Proof:
    """The proof of log entry ``seq`` in its parts; the signed checkpoint stands last in it (C2SP tlog-proof@v1)."""
    inclusion, checkpoint = proof.inclusion.split("\n\n", 1)
    _origin, size, root, *_signature = checkpoint.splitlines()
    return {
        "entry": seq,
        "tree_size": int(size),
        "root_hash": b64decode(root).hex(),
        "checkpoint": checkpoint,
        "inclusion": inclusion,
        "body": proof.body,
        "salt": proof.salt.hex(),
        "seal": proof.seal,
    }
