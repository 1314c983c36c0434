"""An OPC UA server on node-opcua (`node_opcua/server.js`): what it heard, what it is told."""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.peers.node import command
from tests.peers.process import PeerError, PeerProcess
from tests.ports import free_port

PLC = "urn:works:plc"  # the namespace of its variables
USER, PASSWORD = "gateway", "a password of the tests"


class NodeOpcuaServer:
    """`requests` counts the services that were asked for over all restarts.

    `pki` keeps the server's key, so a restart has the same certificate; whom it trusts is in
    `pki/trusted/certs`.
    """

    def __init__(self, pki: Path) -> None:
        self.pki = pki
        self.requests: Counter[str] = Counter()
        self.channels: list[str] = []
        self.users: list[str] = []
        self.port = free_port()
        self._running: _Server | None = None
        self._next: _Server | None = None

    async def prepare(self, namespaces: Sequence[str] = (PLC,)) -> None:
        """Build what the next start takes, as that needs a second or more."""
        options = {
            "port": self.port, "pki": str(self.pki), "namespaces": list(namespaces),
            "user": USER, "password": PASSWORD,
        }  # fmt: skip
        self._next = _Server(command("server.js", options), self._hear)
        await self._next.start()

    async def start(self, namespaces: Sequence[str] = (PLC,)) -> None:
        """Start; the server numbers these namespaces in this order, from 2 on."""
        if self._next is None:
            await self.prepare(namespaces)
        self._running, self._next = self._next, None
        await self._told({"listen": True})

    async def kill(self) -> None:
        """End it as a power cut does."""
        if self._running is not None:
            await self._running.process.kill()
            self._running = None

    async def close(self) -> None:
        """End whatever there is."""
        await self.kill()
        if self._next is not None:
            await self._next.process.kill()

    async def set(self, name: str, **facts: Any) -> None:
        """Give a variable a `value`, a `status` by name, a `stamp` (None: none at all)."""
        await self._told({"set": name, **facts})

    async def drop(self, what: str) -> None:
        """Close all `sessions`, or cut all `connections`."""
        await self._told({"drop": what})

    async def trust(self, certificate: Path) -> None:
        """Accept the client that shows this certificate."""
        await self._told({"trust": str(certificate)})

    def freeze(self) -> None:
        """Stop answering, with every connection open."""
        assert self._running is not None
        self._running.process.freeze()

    def thaw(self) -> None:
        """Go on after a freeze."""
        assert self._running is not None
        self._running.process.thaw()

    async def _told(self, order: dict[str, Any]) -> None:
        assert self._running is not None
        said = await self._running.told(json.dumps(order))
        if said != "done":
            raise PeerError(f"the server could not do {order}: {said}")

    def _hear(self, fact: dict[str, Any]) -> None:
        match fact:
            case {"request": str(name)}:
                self.requests[name] += 1
            case {"channel": str(security)}:
                self.channels.append(security)
            case {"user": str(name)}:
                self.users.append(name)
            case _:
                raise AssertionError(f"the server tells {fact}")


class _Server:
    """One run of the server, and the answers that it owes."""

    def __init__(
        self, command_line: Sequence[str], hear: Callable[[dict[str, Any]], None]
    ) -> None:
        self.process = PeerProcess(command_line, self._hear)
        self._hear_fact = hear
        self._answers: deque[asyncio.Future[str]] = deque()

    async def start(self) -> None:
        ready = self._awaited()
        await self.process.start()
        await self.process.wait_for(ready)

    async def told(self, line: str) -> str:
        answer = self._awaited()
        self.process.tell(line)
        return await self.process.wait_for(answer)

    def _awaited(self) -> asyncio.Future[str]:
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        return answer

    def _hear(self, line: str) -> None:
        match json.loads(line):
            case {"ready": True} | {"done": True}:
                self._answers.popleft().set_result("done")
            case {"wrong": str(text)}:
                self._answers.popleft().set_result(text)
            case fact:
                self._hear_fact(fact)
