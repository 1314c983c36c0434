"""The API over a journal that somebody else writes, in a process of its own.

`python -m tests.journal_api FOLDER PORT STATIC` serves until it is killed. In FOLDER are the
journal and the accounts; both must exist.
"""

import logging
import sys
from functools import partial
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from api.accounts.open import open_accounts
from api.accounts.store import Accounts
from api.app import STATIC, build
from api.gateways import GatewayStore
from api.live import LiveStore
from firstout.clock import Clock
from historian.embedded.store import Embedded
from journal.ask import Inbox
from journal.open import open_database
from journal.read import Reader
from journal.verify import verify
from plant.plant import Plant
from tests.api_world import CRITERIA, PLANT


def api_over(folder: Path, plant: Plant, live: LiveStore, static: Path = STATIC) -> FastAPI:
    """Build the app as the product does, without a broker."""
    clock, engine = Clock(), open_database(folder / "journal.db")
    return build(
        plant=plant,
        criteria=CRITERIA if plant is PLANT else (),
        reader=Reader(engine),
        inbox=Inbox(engine, clock.now),
        verify=partial(verify, engine),
        accounts=Accounts(open_accounts(folder / "accounts.db"), clock.now),
        live=live,
        gateways=GatewayStore(plant, clock.now),
        history=lambda: Embedded.open(folder / "history", writing=False),
        recorder=lambda: None,
        now=clock.now,
        failed=lambda error: logging.getLogger("uvicorn.error").error(repr(error)),
        static=static,
    )


def config(app: FastAPI, port: int) -> uvicorn.Config:
    """Give the settings that the product serves with."""
    return uvicorn.Config(
        app,
        port=port,
        log_level="warning",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    _folder, _port, _static = sys.argv[1:]
    _app = api_over(Path(_folder), PLANT, LiveStore.of(PLANT), Path(_static))
    uvicorn.Server(config(_app, int(_port))).run()
