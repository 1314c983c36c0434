"""While nobody judges, no page may look as if all were well."""

import os
import signal
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.running import RunningPlant
from tests.system.console.looking import PAGES, go, new_person, sign_in

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(240)]

WITHIN_MS = 4_000


def test_it_is_said_within_four_seconds_and_on_every_page(
    own_demo: RunningPlant, browser: Browser
) -> None:
    desk = sign_in(browser, own_demo, new_person(own_demo, "watcher", "safety_engineer"))
    with desk.open() as page:
        pid = own_demo.pid("monitor")
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        stopped = time.monotonic()
        expect(page.locator("[data-trusted=false]")).to_be_visible(timeout=WITHIN_MS)
        left = WITHIN_MS - (time.monotonic() - stopped) * 1000
        expect(page.get_by_test_id("not-judged")).to_contain_text("未判定", timeout=max(left, 50))
        for name in PAGES:
            go(page, name)
            expect(page.get_by_test_id("not-judged")).to_be_visible()
            _nothing_looks_normal(page)
        os.kill(pid, signal.SIGCONT)
        expect(page.locator("[data-trusted=true]")).to_be_visible(timeout=15_000)


def _nothing_looks_normal(page: Page) -> None:
    """What is quiet in a judged plant must be hatched, dashed or in words now."""
    shown = page.locator("main")
    for normal in ('[data-quality="GOOD"]', '[data-state="armed"]', '[data-verdict="pass"]'):
        expect(shown.locator(normal)).to_have_count(0, timeout=1_000)
    expect(shown.locator('[data-worst="quiet"]')).to_have_count(0, timeout=1_000)
