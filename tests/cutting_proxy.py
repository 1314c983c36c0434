"""A TCP proxy that cuts connections in the middle of whatever is being said."""

import random
import socket
import threading
from contextlib import suppress
from functools import partial

_PIECE = 65536


class CuttingProxy:
    """Passes bytes on to `target`, a port of this machine, until told to cut.

    A cut lets a random part of the next bytes from the server through and then breaks the
    connection off, as a failing network does. `broken` is how many were.
    """

    def __init__(self, target: int) -> None:
        self.broken = 0
        self._target = target
        self._random = random.Random(1)  # noqa: S311  # where it cuts is the same each time
        self._pairs: dict[int, tuple[socket.socket, socket.socket]] = {}
        self._to_cut: set[int] = set()
        self._lock = threading.Lock()
        self._number = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break off every connection at its next bytes."""
        with self._lock:
            self._to_cut |= set(self._pairs)

    def close(self) -> None:
        """Accept no more, and break off what is open."""
        self._server.close()
        with self._lock:
            open_pairs = list(self._pairs)
        for number in open_pairs:
            self._break(number)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            with self._lock:
                self._number += 1
                number = self._number
                self._pairs[number] = (client, server)
            for source, sink, down in ((client, server, False), (server, client, True)):
                way = partial(self._pass_on, number, source, sink, down=down)
                threading.Thread(target=way, daemon=True).start()

    def _pass_on(
        self, number: int, source: socket.socket, sink: socket.socket, *, down: bool
    ) -> None:
        with suppress(OSError):
            while data := source.recv(_PIECE):
                if down and self._is_to_be_cut(number):
                    sink.sendall(data[: self._random.randrange(len(data) + 1)])
                    break
                sink.sendall(data)
        self._break(number)

    def _is_to_be_cut(self, number: int) -> bool:
        with self._lock:
            return number in self._to_cut

    def _break(self, number: int) -> None:
        with self._lock:
            pair = self._pairs.pop(number, ())
            self.broken += number in self._to_cut
            self._to_cut.discard(number)
        for end in pair:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
