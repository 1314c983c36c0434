"""A monitor that does not judge looks dead, in the API and on the page."""

import os
import signal
import time

import pytest
from playwright.sync_api import Page, expect

from tests.patience import eventually
from tests.running import RunningPlant

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(120)]


def test_not_judged_since_within_four_seconds(own_demo: RunningPlant, page: Page) -> None:
    page.goto(own_demo.sign_in_link())
    banner = page.get_by_test_id("banner")
    expect(banner).to_have_attribute("data-state", "connected", timeout=15_000)
    pid = own_demo.pid("monitor")
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    stopped = time.monotonic()

    def says_stale() -> None:
        violations = own_demo.get("violations")
        assert violations["judging"]["stale"] is True
        assert violations["judging"]["not_judged_since"]
        verdicts = own_demo.get("compliance")["items"]
        assert {item["verdict"] for item in verdicts} <= {"unknown", "fail", "suspect"}
        interlocks = own_demo.get("interlocks")["items"]
        assert "armed" not in {item["state"] for item in interlocks}
        assert own_demo.client.get(f"{own_demo.url}/readyz").status_code == 503

    eventually(says_stale, within_s=4)
    left = 4 - (time.monotonic() - stopped)
    expect(page.get_by_test_id("not-judged")).to_be_visible(timeout=max(left, 0.05) * 1000)
    expect(page.get_by_test_id("not-judged")).to_contain_text("未判定")
    os.kill(pid, signal.SIGCONT)
    expect(banner).to_have_attribute("data-state", "connected", timeout=15_000)
