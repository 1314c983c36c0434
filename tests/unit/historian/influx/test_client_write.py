"""What influxdb-client sends for us, seen by a server that notes it."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from historian.historian import HistorianError
from historian.influx.client_write import ClientWrite
from historian.influx.refusal import PointsRefusedError
from historian.influx.server import Server

LINE = b"sample,plant=demo,signal=a value=1.0,quality=0i,reason=0i 1795478400000000000"


class Noting(ThreadingHTTPServer):
    """Answers with `status` and notes what it was asked."""

    status = 204
    answer = b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Note)
        self.noted: list[tuple[str, dict[str, str], bytes]] = []


class _Note(BaseHTTPRequestHandler):
    server: Noting

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.noted.append((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/else")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def noting() -> Iterator[Noting]:
    with Noting() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def write(noting: Noting) -> Iterator[ClientWrite]:
    url = f"http://127.0.0.1:{noting.server_port}"
    made = ClientWrite(Server(url, 2, "bücket", organisation="an org", token="secret"))
    yield made
    made.close()


def test_it_names_bucket_organisation_precision_and_token(
    noting: Noting, write: ClientWrite
) -> None:
    write.write(LINE)

    ((path, headers, body),) = noting.noted
    assert urlsplit(path).path == "/api/v2/write"
    assert parse_qs(urlsplit(path).query) == {
        "bucket": ["bücket"],
        "org": ["an org"],
        "precision": ["ns"],
    }
    assert headers["Authorization"] == "Token secret"
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == LINE


def test_version_3_needs_no_organisation_and_perhaps_no_token(noting: Noting) -> None:
    write = ClientWrite(Server(f"http://127.0.0.1:{noting.server_port}/influx", 3, "history"))
    write.write(LINE)
    write.close()

    ((path, headers, _body),) = noting.noted
    assert urlsplit(path).path == "/influx/api/v2/write"
    assert parse_qs(urlsplit(path).query)["bucket"] == ["history"]
    assert "Authorization" not in headers


@pytest.mark.parametrize("status", [429, 500, 503, 307, 400])
def test_it_tries_once_and_goes_nowhere_else(
    noting: Noting, write: ClientWrite, status: int
) -> None:
    noting.status = status

    with pytest.raises(HistorianError):
        write.write(LINE)
    assert len(noting.noted) == 1


def test_what_the_server_says_is_passed_on(noting: Noting, write: ClientWrite) -> None:
    noting.status = 422
    noting.answer = '{"message":"points beyond retention policy ü"}'.encode()

    with pytest.raises(PointsRefusedError, match="beyond retention policy ü"):
        write.write(LINE)


def test_closing_twice_is_harmless(write: ClientWrite) -> None:
    write.write(LINE)
    write.close()
    write.close()
