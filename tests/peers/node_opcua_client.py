"""An OPC UA client on node-opcua (`node_opcua/client.js`), run once: what a stranger sees."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.peers.node import command
from tests.peers.process import PeerProcess


@dataclass
class Seen:
    """What the client told; by node id, and changes in the order in which they came."""

    namespaces: list[str] = field(default_factory=list)
    paths: dict[str, str] = field(default_factory=dict)
    methods: list[str] = field(default_factory=list)
    reads: dict[str, dict[str, Any]] = field(default_factory=dict)
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    writes: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)

    def hear(self, line: str) -> None:
        match json.loads(line):
            case {"namespaces": list(uris)}:
                self.namespaces = uris
            case {"variable": str(node), "path": str(path)}:
                self.paths[node] = path
            case {"method": str(node)}:
                self.methods.append(node)
            case {"read": str(node)} as facts:
                self.reads[node] = facts
            case {"change": str(node)} as facts:
                self.changes.setdefault(node, []).append(facts)
            case {"write": str(node), "status": str(status)}:
                self.writes[node] = status
            case {"call": str(node), "status": str(status)}:
                self.calls[node] = status
            case other:
                raise AssertionError(f"the client tells {other}")


async def look_at(endpoint: str, pki: Path, watch_s: float = 1.0) -> Seen:
    """Explore a server, read, watch, and try to write and call everything."""
    seen = Seen()
    options = {"endpoint": endpoint, "pki": str(pki), "watch_ms": round(1000 * watch_s)}
    process = PeerProcess(command("client.js", options), seen.hear)
    await process.start()
    try:
        code = await process.finish()
    finally:
        await process.kill()
    assert code == 0
    return seen
