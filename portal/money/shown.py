"""Kronor as they are shown: one way, everywhere."""

NBSP = "\u00a0"
MINUS = "\u2212"


def grouped(n: int) -> str:
    """A count as ``10 000``, with no-break spaces."""
    return f"{n:,}".replace(",", NBSP)


def format_kronor(n: int, *, sign: bool = False) -> str:
    """``1 000 000 kr`` with no-break spaces and a real minus; ``sign`` shows plus as well."""
    mark = MINUS + NBSP if n < 0 else "+" + NBSP if sign and n > 0 else ""
    return f"{mark}{grouped(abs(n))}{NBSP}kr"
