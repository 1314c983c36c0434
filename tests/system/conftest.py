"""One demo plant that most tests of the whole product look at."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.running import RunningPlant


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlant]:
    """The demo plant, ready; shared, so tests must leave it as it is."""
    plant = RunningPlant(tmp_path_factory.mktemp("demo") / "data")
    try:
        plant.wait_ready()
        yield plant
    finally:
        plant.end()


@pytest.fixture
def own_demo(tmp_path: Path) -> Iterator[RunningPlant]:
    """A demo plant of the test's own, ready, to be mistreated."""
    plant = RunningPlant(tmp_path / "data")
    try:
        plant.wait_ready()
        yield plant
    finally:
        plant.end()


@pytest.fixture(scope="module")  # while it lives, no other test may run an event loop
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    path = shutil.which("chromium")
    assert path, "chromium is missing; tests/install-servers.sh installs it"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page at the size of a small control-room screen."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()
