"""The case (ärendet), its number, the register (diariet), secrecy marks, and who may see what."""
