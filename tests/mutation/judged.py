"""The mutants that somebody has looked at and found to change nothing."""

from pathlib import Path

EQUIVALENT = Path(__file__).parent / "equivalent.txt"


def equivalent() -> dict[str, str]:
    """Mutants judged to change nothing that anyone could notice, with the reason: blocks apart by an empty line."""
    found: dict[str, str] = {}
    for block in EQUIVALENT.read_text(encoding="utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            assert lines[-1].startswith("why: "), block
            found["\n".join(lines[:-1])] = lines[-1].removeprefix("why: ")
    return found
