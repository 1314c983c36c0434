"""`/api/v2/write`, as InfluxDB 2 and 3 have it, against a real VictoriaMetrics.

It stores milliseconds and answers no InfluxQL, so it is no store of Firstout's; but it takes what
influxdb-client sends, and gives it back through `/api/v1/export`.
"""

import json
from collections.abc import Iterator

import httpx
import pytest

from historian.historian import HistorianError
from historian.influx.client_write import ClientWrite
from historian.influx.line_protocol import batches
from historian.influx.server import Server
from historian.points import Points
from plant.moment import MILLISECOND, SECOND
from plant.quality import Quality, Reason
from tests.historian_contract import START, Sample, points, series
from tests.peers.influx_servers import Store


@pytest.fixture
def writer(victoria: Store) -> Iterator[ClientWrite]:
    write = ClientWrite(Server(victoria.url, 2, "history", organisation="plant", token="secret"))
    yield write
    write.close()


def wrote(writer: ClientWrite, given: Points) -> None:
    for lines in batches("demo", given):
        writer.write(lines)


def exported(victoria: Store, metric: str, signal: str) -> list[tuple[int, float]]:
    """Give (ms, value) of a field of a signal, as they are stored."""
    httpx.get(f"{victoria.url}/internal/force_flush").raise_for_status()
    match = f"{metric}{{plant={json.dumps('demo')},signal={json.dumps(signal)}}}"
    answer = httpx.get(f"{victoria.url}/api/v1/export", params={"match[]": match})
    answer.raise_for_status()
    given = [json.loads(line) for line in answer.text.splitlines()]
    return [
        pair for block in given for pair in zip(block["timestamps"], block["values"], strict=True)
    ]


def test_every_field_arrives_under_its_signal(victoria: Store, writer: ClientWrite) -> None:
    nan = float("nan")
    wrote(
        writer,
        points(
            [
                Sample("a,b =电", START, 1.5, source=START - SECOND),
                Sample("a,b =电", START + SECOND, -2.25, Quality.UNCERTAIN, Reason.CLOCK),
                Sample("a,b =电", START + 2 * SECOND, nan, Quality.BAD, Reason.NO_ANSWER),
            ]
        ),
    )
    first = START // MILLISECOND

    fields = {
        field: exported(victoria, f"sample_{field}", "a,b =电")
        for field in ("value", "quality", "reason", "source")
    }
    assert fields["value"] == [(first, 1.5), (first + 1000, -2.25)]
    assert fields["quality"] == [(first, 0), (first + 1000, 1), (first + 2000, 2)]
    assert fields["reason"] == [
        (first, Reason.NONE),
        (first + 1000, Reason.CLOCK),
        (first + 2000, Reason.NO_ANSWER),
    ]
    assert fields["source"] == [(first, pytest.approx(START - SECOND, abs=1000))]


def test_times_are_kept_to_the_millisecond(victoria: Store, writer: ClientWrite) -> None:
    """Gateways give no two values of a signal in one millisecond, so none is lost by that."""
    times = [START, START + MILLISECOND, START + 7 * MILLISECOND + 999_999]
    wrote(writer, points([Sample("a", moment, float(n)) for n, moment in enumerate(times)]))

    first = START // MILLISECOND
    assert exported(victoria, "sample_value", "a") == [(first, 0), (first + 1, 1), (first + 7, 2)]


def test_what_is_delivered_again_is_there_once(victoria: Store, writer: ClientWrite) -> None:
    """Three batches a time, with others before and after in between, all written three times."""
    given = [*series("a", 6000), *series("b", 6000, step=MILLISECOND)]
    for _ in range(3):
        wrote(writer, points(given))
        wrote(writer, points(given[3000:9000]))

    for signal, step in (("a", 1000), ("b", 1)):
        stored = exported(victoria, "sample_value", signal)
        first = START // MILLISECOND
        assert stored == [(first + n * step, n) for n in range(6000)]
        assert len(exported(victoria, "sample_quality", signal)) == 6000


def test_a_server_that_was_away_takes_the_same_again(victoria: Store, writer: ClientWrite) -> None:
    victoria.stop()
    with pytest.raises(HistorianError, match=r"InfluxDB 2 at .* does not answer"):
        wrote(writer, points(series("a", 10)))
    victoria.start()

    wrote(writer, points(series("a", 10)))

    assert len(exported(victoria, "sample_value", "a")) == 10
