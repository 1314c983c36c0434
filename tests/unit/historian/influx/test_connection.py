"""Queries and version 1's writes: one request to the one server, whatever it answers."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from historian.historian import HistorianError
from historian.influx.connection import Connection
from historian.influx.server import Server


class Answering(ThreadingHTTPServer):
    """Answers with `status`, a place elsewhere and less than it promises, and notes requests."""

    status = 307
    promised = 0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.noted: list[str] = []


class _Answer(BaseHTTPRequestHandler):
    server: Answering

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.noted.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Location", f"http://localhost:{self.server.server_port}/else")
        self.send_header("Content-Length", str(self.server.promised))
        self.end_headers()
        self.wfile.write(b'{"results":[]}'[: self.server.promised])
        self.close_connection = True

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def answering() -> Iterator[Answering]:
    with Answering() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def connection(answering: Answering) -> Iterator[Connection]:
    url = f"http://127.0.0.1:{answering.server_port}"
    made = Connection(Server(url, 1, "history", user="writer", password="secret"))
    yield made
    made.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_an_account_is_not_taken_to_where_a_server_sends_us(
    answering: Answering, connection: Connection, status: int
) -> None:
    answering.status = status
    for ask in (lambda: connection.query("SHOW DATABASES"), lambda: connection.write(b"x")):
        with pytest.raises(HistorianError, match="sends us elsewhere") as refused:
            ask()
        assert "secret" not in str(refused.value)

    assert [path.split("?")[0] for path in answering.noted] == ["/query", "/write"]


def test_an_answer_that_ends_too_soon_is_none(
    answering: Answering, connection: Connection
) -> None:
    """The server died, or the line did."""
    answering.status, answering.promised = 200, 1000

    with pytest.raises(HistorianError, match="does not answer"):
        connection.query("SHOW DATABASES")
