"""A mail server on loopback that keeps what it is given, and refuses or cuts the line when told so."""

import asyncio
import re
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

CUT = "cut"  # take the mail, then break the line before the 250
DROP = "drop"  # break the line before anything is taken


@dataclass
class Taken:
    """A mail that the server took: when (monotonic seconds), for whom, and whether the 250 could be said."""

    at: float
    recipient: str
    message_id: str
    raw: bytes
    cut: bool = False

    @property
    def message(self) -> Message:
        """The mail, parsed."""
        return message_from_bytes(self.raw)

    @property
    def subject(self) -> str:
        """The subject in plain text."""
        return str(make_header(decode_header(self.message["Subject"])))

    @property
    def text(self) -> str:
        """The body in plain text."""
        return self.message.get_payload(decode=True).decode("utf-8")


@dataclass
class Sink:
    """The server. `at_rcpt` and `at_data` answer instead of 250: "450 ...", CUT, DROP; "" says 250."""

    at_rcpt: Callable[[str], str] = lambda recipient: ""
    at_data: Callable[[str], str] = lambda message_id: ""
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> "Sink":
        self.port = self.port or free_port()
        self.controller = _Controller(self)
        self.controller.start()
        self.connections = 0  # the controller tries the door once
        return self

    def __exit__(self, *exc) -> None:
        self.controller.stop(no_assert=True)

    @property
    def ids(self) -> Counter[str]:
        """How often each Message-ID was taken."""
        return Counter(mail.message_id for mail in self.taken)

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Take or refuse a recipient."""
        answer = self.at_rcpt(address)
        if answer == DROP:
            server.transport.abort()
            return "421 gone"
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Take a mail, and say so or not."""
        found = re.search(rb"^message-id:\s*(\S+)", envelope.content, re.IGNORECASE | re.MULTILINE)
        message_id = found.group(1).decode() if found else ""
        answer = self.at_data(message_id)
        if answer and answer not in (CUT, DROP):
            return answer
        if answer == DROP:
            server.transport.abort()
            return "421 gone"
        self.taken.append(
            Taken(time.monotonic(), envelope.rcpt_tos[0], message_id, envelope.content, cut=answer == CUT)
        )
        if answer == CUT:
            server.transport.abort()
        return "250 taken"


class _Controller(Controller):
    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        super().__init__(sink, hostname="127.0.0.1", port=sink.port)

    def factory(self) -> SMTP:
        """A conversation."""
        self.sink.connections += 1
        return SMTP(self.handler, hostname="sink", loop=asyncio.get_event_loop(), enable_SMTPUTF8=False)


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
