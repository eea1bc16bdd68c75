"""A real IMAP server on the loopback, for one mailbox: it speaks what we use, and refuses what a real one refuses."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

USER, PASSWORD = "camille@morel.example", "sésame ouvre-toi"


@dataclass
class ImapServer:
    """What it is asked, and how it behaves.

    `security`: none, starttls or tls. `auth_plain`: it offers AUTHENTICATE PLAIN. `inbox`: None where the account has
    none. `hangs_up_after`: the command after which it hangs up without a word.
    """

    security: str = "none"
    context: ssl.SSLContext | None = None
    auth_plain: bool = True
    inbox: int | None = 3
    password: str = PASSWORD
    hangs_up_after: str = ""
    port: int = 0
    commands: list[str] = field(default_factory=list)
    passwords_in_clear: list[str] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        talk = _Talk(self, reader, writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await talk.serve()
        writer.close()


@dataclass
class _Talk:
    server: ImapServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    signed_in: bool = False
    safe: bool = False

    async def serve(self) -> None:
        self.safe = self.server.security == "tls"
        self.say("* OK ready")
        while line := (await self.reader.readline()).decode().rstrip("\r\n"):
            tag, _, rest = line.partition(" ")
            command, _, arguments = rest.partition(" ")
            command = command.upper()
            self.server.commands.append(command)
            if command == self.server.hangs_up_after:
                return
            if not await self.answer(tag, command, arguments):
                return

    async def answer(self, tag: str, command: str, arguments: str) -> bool:
        if command == "CAPABILITY":
            self.say(f"* CAPABILITY {self.capabilities()}")
            self.say(f"{tag} OK done")
        elif command == "STARTTLS":
            if self.server.security != "starttls" or self.safe:
                self.say(f"{tag} BAD not now")
                return True
            self.say(f"{tag} OK begin")
            await self.writer.drain()
            await self.writer.start_tls(self.server.context)  # type: ignore[arg-type]
            self.safe = True
        elif command in ("LOGIN", "AUTHENTICATE"):
            await self.sign_in(tag, command, arguments)
        elif command in ("SELECT", "EXAMINE"):
            self.open(tag, command, arguments)
        elif command == "LOGOUT":
            self.say("* BYE bye")
            self.say(f"{tag} OK bye")
            return False
        else:
            self.say(f"{tag} BAD unknown command")
        return True

    def capabilities(self) -> str:
        if self.server.security == "starttls" and not self.safe:
            return "IMAP4rev1 STARTTLS LOGINDISABLED"
        return "IMAP4rev1 AUTH=PLAIN" if self.server.auth_plain else "IMAP4rev1"

    async def sign_in(self, tag: str, command: str, arguments: str) -> None:
        if self.server.security == "starttls" and not self.safe:
            self.say(f"{tag} NO [PRIVACYREQUIRED] Plaintext authentication disallowed.")
            return
        if command == "AUTHENTICATE":
            self.say("+ ")
            _, user, password = base64.b64decode((await self.reader.readline()).strip()).decode().split("\0")
        else:
            user, password = (_unquoted(word) for word in arguments.split(" ", 1))
        if not self.safe:
            self.server.passwords_in_clear.append(password)
        self.signed_in = (user, password) == (USER, self.server.password)
        self.say(
            f"{tag} OK in" if self.signed_in else f"{tag} NO [AUTHENTICATIONFAILED] Authentication failed."
        )

    def open(self, tag: str, command: str, arguments: str) -> None:
        if not self.signed_in:
            self.say(f"{tag} BAD not authenticated")
        elif self.server.inbox is None or arguments.strip('"').upper() != "INBOX":
            self.say(f"{tag} NO [NONEXISTENT] Mailbox doesn't exist")
        else:
            self.say(f"* {self.server.inbox} EXISTS")
            self.say("* 0 RECENT")
            self.say(f"{tag} OK [READ-{'ONLY' if command == 'EXAMINE' else 'WRITE'}] done")

    def say(self, line: str) -> None:
        self.writer.write(f"{line}\r\n".encode())


def _unquoted(word: str) -> str:
    """Read a quoted string of RFC 3501."""
    return word[1:-1].replace('\\"', '"').replace("\\\\", "\\") if word.startswith('"') else word


@contextlib.contextmanager
def imap_server(**settings: object) -> Iterator[ImapServer]:
    """Run a server for the duration of the block."""
    server = ImapServer(**settings)  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    context = server.context if server.security == "tls" else None
    listening = loop.run_until_complete(asyncio.start_server(server.talk, "127.0.0.1", 0, ssl=context))
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_stop(listening), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _stop(listening: asyncio.Server) -> None:
    listening.close()
    rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
