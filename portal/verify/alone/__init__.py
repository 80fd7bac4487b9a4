"""The seal verified by own code and the standard library alone: a second engine beside pyHanko's, that anyone can run."""

from portal.verify.alone.seal import seal_findings

__all__ = ["seal_findings"]
