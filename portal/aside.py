"""Programs of our own in processes of their own: what they take of memory and time is bounded, and given back."""

import os
import subprocess
import sys
from pathlib import Path


class Ended(Exception):
    """The program took too long, or ended without an answer; says which, in its own words."""


def answered(program: Path, asked: bytes, *, seconds: float) -> bytes:
    """What the program at that path says on standard output when it is given ``asked``. Raises Ended.

    It runs without a shell and with nothing of the server's surroundings, which may hold secrets.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own program, by its path and without a shell)
            [sys.executable, "-I", str(program)],
            input=asked,
            capture_output=True,
            timeout=seconds,
            check=False,
            env={"PATH": os.defpath},
        )
    except subprocess.TimeoutExpired as error:
        raise Ended("the time ran out") from error
    if done.returncode != 0:
        raise Ended(done.stderr.decode(errors="replace")[-500:])
    return done.stdout
