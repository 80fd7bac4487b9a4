"""What can go wrong with a seal, each said in one Swedish sentence."""


class SealError(Exception):
    """Key or certificate cannot seal, or what they sealed does not hold; ``str(error)`` is one Swedish sentence."""


class TooLate(SealError):
    """The certificate had ended before anything proved that the seal was there; no time-stamp mends that."""


class StampsAway(SealError):
    """The time-stamp service, or one that tells what is revoked, does not answer or gives nothing that can be used.

    What is sealed without them holds; the time-stamps are added later.
    """
