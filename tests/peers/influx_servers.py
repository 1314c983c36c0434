"""Real stores on loopback: Debian's InfluxDB 1.6.7 and VictoriaMetrics, as processes of a test."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx

from tests.ports import free_port

INFLUXD = shutil.which("influxd") or "/usr/bin/influxd"
VICTORIA_METRICS = shutil.which("victoria-metrics") or "/usr/bin/victoria-metrics"


@dataclass
class Store:
    """A server that can be killed and started again on the same port and files.

    It runs within its `with`, and not beyond, whatever fails there.
    """

    command: list[str]
    url: str
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                if httpx.get(f"{self.url}/ping", verify=False).status_code == 204:  # noqa: S501
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()  # what it has not kept by now it has not promised
            self.process.wait(10)

    def ask(self, statement: str, **more: str) -> list[list[object]]:
        """Give the rows of the one series that a statement of the server's administrator gives."""
        answer = httpx.post(f"{self.url}/query", params={"q": statement, "epoch": "ns"} | more)
        answer.raise_for_status()
        (result,) = answer.json()["results"]
        assert "error" not in result, result
        return [row for series in result.get("series", []) for row in series.get("values", [])]


def influxd(folder: Path, http: str = "", data: str = "") -> Store:
    """Debian's InfluxDB in `folder`; `http` and `data` are more settings of those sections."""
    port = free_port()
    config = folder / "influxdb.conf"
    config.write_text(f"""
        reporting-disabled = true
        bind-address = "127.0.0.1:0"
        [meta]
        dir = "{folder}/meta"
        [data]
        dir = "{folder}/data"
        wal-dir = "{folder}/wal"
        query-log-enabled = false
        {data}
        [monitor]
        store-enabled = false
        [http]
        bind-address = "127.0.0.1:{port}"
        log-enabled = false
        {http}
        """)
    url = f"http://127.0.0.1:{port}"
    return Store([INFLUXD, "-config", str(config)], url, folder / "influxd.log")


def victoria_metrics(folder: Path) -> Store:
    port = free_port()
    options = {
        "storageDataPath": folder / "victoria",
        "httpListenAddr": f"127.0.0.1:{port}",
        "retentionPeriod": "100y",
        "dedup.minScrapeInterval": "1ms",
    }
    command = [VICTORIA_METRICS, *(f"-{name}={value}" for name, value in options.items())]
    return Store(command, f"http://127.0.0.1:{port}", folder / "victoria.log")
