"""The tamper-evident log: entries, the Merkle tree over them, signed checkpoints and the check of it all."""
