"""Looking at the console: signed in, in a language, in a theme, as a control room's screen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, expect

from tests.running import ROOT, RunningPlant

PAGES = (
    "overview",
    "alarms",
    "firstout",
    "interlocks",
    "compliance",
    "trends",
    "signals",
    "system",
)
SMALL_SCREEN: ViewportSize = {"width": 1366, "height": 768}
_AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
_CHOICES = """([language, theme]) => {
    localStorage.setItem('firstout.language', language)
    localStorage.setItem('firstout.theme', theme)
}"""


@dataclass
class Desk:
    """A signed-in browser; `open` gives a page of the console as that person sees it."""

    browser: Browser
    plant: RunningPlant
    state: Any

    @contextmanager
    def open(self, where: str = "/", language: str = "zh", theme: str = "day") -> Iterator[Page]:
        """Open an address behind `#`; whatever the page complains about fails the test."""
        context = self.browser.new_context(viewport=SMALL_SCREEN, storage_state=self.state)
        context.add_init_script(f"({_CHOICES})({json.dumps([language, theme])})")
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.extend(_complaint(said)))
        page.goto(f"{self.plant.url}/#{where}")
        expect(page.get_by_test_id("banner")).to_have_attribute(
            "data-state", "connected", timeout=20_000
        )
        try:
            yield page
        finally:
            context.close()
        assert not complaints, complaints


def sign_in(browser: Browser, plant: RunningPlant, link: str) -> Desk:
    """Use up a one-time link, and keep the session for further pages."""
    context = browser.new_context(viewport=SMALL_SCREEN)
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_test_id("banner")).to_have_attribute(
        "data-state", "connected", timeout=20_000
    )
    state = context.storage_state()
    context.close()
    return Desk(browser, plant, state)


def new_person(plant: RunningPlant, login: str, role: str) -> str:
    """Make an account; give the link by which its person signs in once."""
    command = [sys.executable, "-m", "firstout", "user", "add", login]
    arguments = ["--name", login, "--role", role, "--data", str(plant.data), "--json"]
    made = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, check=True)
    return f"{plant.url}/#/sign-in?code={json.loads(made.stdout)['code']}"


def go(page: Page, name: str) -> None:
    """Go to a page by its place in the navigation, and wait until it is there."""
    page.get_by_test_id(f"page-{name}").click()
    expect(page.get_by_test_id(name).first).to_be_visible(timeout=10_000)


def findings(page: Page) -> list[str]:
    """Ask axe-core; give the serious and critical findings, each with what it is about."""
    page.evaluate(Path(_AXE).read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{item['id']} ({item['impact']}): {node['target']} {node['failureSummary']}"
        for item in found["violations"]
        if item["impact"] in ("serious", "critical")
        for node in item["nodes"][:3]
    ]


def _complaint(said: ConsoleMessage) -> list[str]:
    # That somebody else was quicker (409) is an answer; the browser reports it all the same.
    if said.type not in ("error", "warning") or "status of 409" in said.text:
        return []
    return [f"{said.type}: {said.text}"]
