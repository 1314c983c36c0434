"""The whole product as a person starts it: `firstout run` in a process group of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from tests.ports import free_port

ROOT = Path(__file__).parent.parent
CASTER = ROOT / "tests" / "cases" / "caster_plant"


class RunningPlant:
    """A started `firstout run`; `folder` None is the demonstration, simulated."""

    def __init__(self, data: Path, *arguments: str, folder: Path | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.output = data.parent / f"{data.name}.out"
        plant = [] if folder is None else [str(folder)]
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "firstout", "run", *plant),
                    *("--port", str(self.port), "--data", str(data), *arguments),
                ],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.url = ""
        self.client = httpx.Client(timeout=5)

    def wait_ready(self, within_s: float = 60) -> None:
        """Wait until `run.json` says where the API is."""
        deadline = time.monotonic() + within_s
        path = self.data / "run.json"
        while not path.exists():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text() + self.log_tails()
            time.sleep(0.1)
        assert path.stat().st_mode & 0o777 == 0o600
        said = json.loads(path.read_text())
        self.url = said["url"]
        self.client.headers["Authorization"] = f"Bearer {said['token']}"

    def sign_in_link(self) -> str:
        """Give the one-time link that the run printed."""
        found = re.search(r"http://\S+/#/sign-in\?code=\S+", self.output.read_text())
        assert found, self.output.read_text()
        return found.group()

    def get(self, path: str, **params: Any) -> Any:
        """Ask the API, and give the JSON of a good answer."""
        answer = self.client.get(f"{self.url}/api/v1/{path}", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def entries(self, **filters: Any) -> list[dict[str, Any]]:
        """Give all journal entries, oldest first."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = self.get(
                "journal", limit=200, **filters, **({"cursor": cursor} if cursor else {})
            )
            found += page["items"]
            cursor = page["next"]
            if cursor is None:
                return sorted(found, key=lambda item: item["seq"])

    def pid(self, part: str) -> int | None:
        """Give the process of a part, None while it is down."""
        for pid, command in processes():
            words = command.split("\0")
            ours = str(self.data) in command or str(self.data / "broker" / "nats.conf") in command
            named = part in words or (part == "broker" and "nats-server" in words[0])
            if ours and named and pid != self.process.pid and "run" not in words[:4]:
                return pid
        return None

    def stop(self, within_s: float = 5) -> None:
        """Ctrl-C; everything must be gone in time."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(within_s)

    def end(self) -> None:
        """Make sure that nothing is left, however a test ended."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.client.close()

    def left_over(self) -> list[str]:
        """Give the commands of processes that still belong to this run."""
        return [command for _, command in processes() if str(self.data) in command]

    def log_tails(self) -> str:
        """Give the ends of all log files, for a failed test's message."""
        paths = sorted((self.data / "log").glob("*.log"))
        return "\n".join(f"--- {path.name}\n{path.read_text()[-2000:]}" for path in paths)


def processes() -> list[tuple[int, str]]:
    """Give every running process with its command line."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                command = (path / "cmdline").read_text()
                state = (path / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if command and state != "Z":
                found.append((int(path.name), command))
    return found
