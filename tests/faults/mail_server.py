"""A mail server that takes everything, and the ways in which one does not."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.robustness.served import HOST, free_port

SLOW_SECONDS = 0.02
READ = 2048


class Mode(StrEnum):
    """How the way to the mail server is just now."""

    WELL = "well"
    DEAD = "dead"  # hangs up at once
    HANGING = "hanging"  # takes the call and says nothing
    SLOW = "slow"
    CUT_IN_DATA = "cut in data"  # in the middle of the mail
    CUT_BEFORE_ANSWER = "cut before answer"  # the mail has arrived, and nobody is told
    REFUSING = "refusing"  # 451, come back later


@dataclass
class Sink:
    """What has arrived, and how the way here is. ``disturbed`` counts the calls that a mode has spoilt."""

    got: list[Message] = field(default_factory=list)
    mode: Mode = Mode.WELL
    disturbed: int = 0

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]) -> str:
        """Refuse for now in the mode that does."""
        if self.mode is Mode.REFUSING:
            self.disturbed += 1
            return "451 Try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep the mail."""
        assert isinstance(envelope.content, bytes)
        self.got.append(message_from_bytes(envelope.content))
        return "250 OK"

    def message_ids(self) -> set[str]:
        """Each once, however often the mail came."""
        return {str(mail["Message-ID"]).strip() for mail in self.got}

    def doubles(self) -> int:
        """How many mails came that had come before."""
        return len(self.got) - len(self.message_ids())


class Way:
    """What stands between the portal and the server, and spoils calls as the sink's mode says."""

    def __init__(self, sink: Sink, to: int) -> None:
        self.sink, self.to = sink, to
        self._calls: set[asyncio.Task[None]] = set()

    async def open(self, port: int) -> None:
        """Take calls at ``port``."""
        self._server = await asyncio.start_server(self.call, HOST, port)

    async def close(self) -> None:
        """Take no more, and end those that are under way."""
        self._server.close()
        for each in self._calls:
            each.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One call, whatever becomes of it."""
        here = asyncio.current_task()
        assert here is not None
        self._calls.add(here)
        try:
            await self._call(reader, writer)
        finally:
            self._calls.discard(here)

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mode = self.sink.mode
        if mode not in (Mode.WELL, Mode.REFUSING):
            self.sink.disturbed += 1
        try:
            if mode is Mode.HANGING:
                await reader.read()  # until the caller gives up
            elif mode is not Mode.DEAD:
                await self._through(mode, reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # a call that was cut; what of it counts is what the portal makes of it
        finally:
            writer.close()

    async def _through(self, mode: Mode, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection(HOST, self.to)
        back = asyncio.create_task(self._back(mode, there, writer, out))
        in_data = False
        try:
            while said := await reader.read(READ):
                in_data = in_data or said.upper().startswith(b"DATA")
                if mode is Mode.CUT_IN_DATA and in_data and not said.upper().startswith(b"DATA"):
                    out.write(said[: len(said) // 2])
                    await out.drain()
                    return
                if mode is Mode.SLOW:
                    await asyncio.sleep(SLOW_SECONDS)
                out.write(said)
                await out.drain()
            await back
        finally:
            back.cancel()
            await asyncio.gather(back, return_exceptions=True)
            out.close()

    async def _back(
        self, mode: Mode, there: asyncio.StreamReader, writer: asyncio.StreamWriter, out: asyncio.StreamWriter
    ) -> None:
        in_data = False
        while said := await there.read(READ):
            if mode is Mode.CUT_BEFORE_ANSWER and in_data:
                writer.close()
                out.close()
                return
            in_data = in_data or said.startswith(b"354")
            if mode is Mode.SLOW:
                await asyncio.sleep(SLOW_SECONDS)
            writer.write(said)
            await writer.drain()
        writer.close()


@contextmanager
def mail_server() -> Iterator[tuple[Sink, int]]:
    """The sink, and the port at which it is reached by the way that can be spoilt."""
    sink, behind, port = Sink(), free_port(), free_port()
    controller = Controller(sink, hostname=HOST, port=behind)
    controller.start()
    way = Way(sink, behind)
    asyncio.run_coroutine_threadsafe(way.open(port), controller.loop).result(10)
    try:
        yield sink, port
    finally:
        asyncio.run_coroutine_threadsafe(way.close(), controller.loop).result(10)
        controller.stop()
