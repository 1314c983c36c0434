"""A person before the demonstration plant."""

import pytest
from playwright.sync_api import Browser

from tests.running import RunningPlant
from tests.system.console.looking import Desk, new_person, sign_in


@pytest.fixture(scope="module")
def desk(demo: RunningPlant, browser: Browser, request: pytest.FixtureRequest) -> Desk:
    """A safety engineer's browser; each module has a person of its own."""
    login = str(request.module.__name__).rpartition(".")[2].replace("_", "-")
    return sign_in(browser, demo, new_person(demo, login, "safety_engineer"))
