"""Writing to version 2 and 3 through influxdb-client, on `/api/v2/write`."""

from influxdb_client.client.exceptions import InfluxDBError
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.rest import ApiException
from influxdb_client.service.write_service import WriteService
from urllib3.exceptions import HTTPError

from historian.historian import HistorianError
from historian.influx.connection import packed
from historian.influx.refusal import refusal
from historian.influx.server import Server


class ClientWrite:
    """Writes lines through the client's own write service, one attempt a call.

    Not through its `WriteApi`, which would add batching, retries in memory and a compression that
    takes longer than the server does.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client = InfluxDBClient(
            url=server.url,
            token=server.token,
            org=server.organisation,
            timeout=round(server.timeout_s * 1000),
            ssl_ca_cert=str(server.ca_file) if server.ca_file else None,
            retries=False,
        )
        self._service = WriteService(self._client.api_client)  # type: ignore[no-untyped-call]

    def write(self, lines: bytes) -> None:
        """Write lines; they are on the server's disk when this returns.

        Raises:
            HistorianError: it is not known that they are.
        """
        try:
            self._service.post_write(  # type: ignore[no-untyped-call]
                org=self._server.organisation,
                bucket=self._server.database,
                body=packed(lines),
                precision="ns",
                content_encoding="gzip",
                content_type="text/plain; charset=utf-8",
            )
        except ApiException as error:
            if not error.status:
                raise HistorianError(f"{self._server} does not answer: {error.reason}") from error
            raise refusal(self._server, error.status, _body(error)) from error
        except (InfluxDBError, HTTPError) as error:
            raise HistorianError(f"{self._server} does not answer: {error}") from error

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()  # type: ignore[no-untyped-call]


def _body(error: ApiException) -> bytes:
    body = error.body or b""
    return body if isinstance(body, bytes) else str(body).encode()
