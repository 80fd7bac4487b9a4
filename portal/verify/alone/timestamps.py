"""Time stamps (RFC 3161, RFC 5816): what was stamped, when, and with which certificate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.verify.alone import keys
from portal.verify.alone.certificates import Certificate, extensions_of
from portal.verify.alone.der import BOOLEAN, INTEGER, SEQUENCE, Node, NotDer, context, parse
from portal.verify.alone.messages import TST_INFO, BadMessage, Message, open_message


@dataclass(frozen=True)
class Stamp:
    """A time stamp whose signature holds; its certificate is not yet trusted."""

    at: datetime
    message: Message

    @property
    def signer(self) -> Certificate:
        """The certificate of the time stamp service."""
        return self.message.signer


def open_stamp(token: bytes, stamped: bytes) -> Stamp:
    """The time stamp in ``token`` over ``stamped``. Raises BadMessage, also when something else was stamped."""
    message = open_message(token, TST_INFO, None, v1=True)
    try:
        return Stamp(_time(parse(message.content or b""), stamped), message)
    except NotDer as error:
        raise BadMessage(str(error)) from error


def _time(node: Node, stamped: bytes) -> datetime:
    fields = node.fields()
    if fields.next().integer() != 1:
        raise NotDer("a time stamp of an unknown version")
    fields.next().oid()
    imprint = fields.next().fields()
    name, value = keys.hash_name(imprint.next()), imprint.next().octets()
    imprint.end()
    if value != keys.digest(name, stamped):
        raise NotDer("something else was stamped")
    fields.next(INTEGER)
    at = fields.next().time()
    fields.optional(SEQUENCE)  # accuracy
    fields.optional(BOOLEAN)  # ordering
    fields.optional(INTEGER)  # nonce
    fields.optional(context(0))  # the service's name
    extensions = fields.optional(context(1))
    fields.end()
    if extensions is not None:
        listed = Node(SEQUENCE, extensions.content, extensions.raw)
        if any(extension.critical for extension in extensions_of(listed).values()):
            raise NotDer("a time stamp with something that must be understood")
    return at
