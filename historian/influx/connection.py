"""The wire to an InfluxDB server: one request, one answer, one attempt.

Trying again is the recorder's, which knows what it tries again and tells people that it does.
"""

import base64
import gzip
import ssl
from urllib.parse import urlencode

import urllib3
from urllib3.exceptions import HTTPError, LocationValueError

from historian.historian import HistorianError
from historian.influx.refusal import refusal
from historian.influx.server import Server

# Level 9, which influxdb-client would use, costs ten times the time for a fifth fewer bytes.
_GZIP_LEVEL = 1


def packed(lines: bytes) -> bytes:
    """Compress a body of lines for the way."""
    return gzip.compress(lines, _GZIP_LEVEL, mtime=0)


class Connection:
    """Queries of all versions, and `/write` of version 1; safe to use from several threads."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._headers = _account(server)
        self._pool = urllib3.PoolManager(
            retries=False,  # nor would a redirection be followed, which could take a secret along
            timeout=urllib3.Timeout(connect=server.timeout_s, read=server.timeout_s),
            cert_reqs=ssl.CERT_REQUIRED,
            ca_certs=str(server.ca_file) if server.ca_file else None,
            maxsize=4,
        )

    def query(self, statement: str, *, changing: bool = False) -> bytes:
        """Ask in InfluxQL; times come in ns, and the answer in lines, so that none is cut short.

        Raises:
            HistorianError: there is no answer, or it is no.
        """
        fields = {
            "db": self._server.database,
            "epoch": "ns",
            "chunked": "true",
            "q": statement,
        }
        return self._request("POST" if changing else "GET", "/query", fields)

    def write(self, lines: bytes) -> None:
        """Write lines; they are on the server's disk when this returns.

        Raises:
            HistorianError: it is not known that they are.
        """
        fields = {"db": self._server.database, "precision": "ns"}
        self._request("POST", "/write", fields, packed(lines))

    def close(self) -> None:
        """Let the connections go."""
        self._pool.clear()

    def _request(
        self, method: str, path: str, fields: dict[str, str], body: bytes | None = None
    ) -> bytes:
        url = f"{self._server.url}{path}?{urlencode(fields)}"
        headers = self._headers | ({"Content-Encoding": "gzip"} if body is not None else {})
        try:
            answer = self._pool.request(method, url, body=body, headers=headers)
        except (HTTPError, LocationValueError) as error:
            raise HistorianError(f"{self._server} does not answer: {error}") from error
        if not 200 <= answer.status < 300:
            raise refusal(self._server, answer.status, answer.data)
        return answer.data


def _account(server: Server) -> dict[str, str]:
    if server.token:
        return {"Authorization": f"Token {server.token}"}
    if server.user:
        both = f"{server.user}:{server.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(both).decode()}"}
    return {}
