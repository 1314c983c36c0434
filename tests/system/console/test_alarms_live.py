"""The console in Chromium, as the person before it sees it."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.patience import eventually
from tests.running import RunningPlant
from tests.system.console.looking import go

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(200)]


@pytest.fixture(scope="module")
def signed_in(demo: RunningPlant, browser: Browser) -> Page:
    """A page that used up the one-time link."""
    page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
    page.goto(demo.sign_in_link())
    expect(page.get_by_test_id("banner")).to_have_attribute(
        "data-state", "connected", timeout=15_000
    )
    return page


def test_the_code_leaves_the_address_and_works_once(
    demo: RunningPlant, signed_in: Page, browser: Browser
) -> None:
    assert "code=" not in signed_in.url
    other = browser.new_context().new_page()
    other.goto(demo.sign_in_link())
    expect(other.get_by_test_id("sign-in")).to_be_visible()
    expect(other.get_by_test_id("sign-in-failure")).to_be_visible()


def test_alarm_and_demand_in_chinese(signed_in: Page) -> None:
    go(signed_in, "alarms")
    expect(signed_in.get_by_test_id("alarms")).to_contain_text("结晶器进水", timeout=60_000)
    go(signed_in, "firstout")
    sequences = signed_in.get_by_test_id("firstout")
    expect(sequences).to_contain_text("结晶器冷却水联锁", timeout=60_000)
    sequences.locator("[data-sequence]", has_text="结晶器冷却水联锁").first.click()
    expect(signed_in.locator("main")).to_contain_text("响应时间", timeout=10_000)


def test_acknowledging_on_the_page_reaches_the_journal(
    demo: RunningPlant, signed_in: Page
) -> None:
    go(signed_in, "alarms")
    row = (
        signed_in.locator("tr[data-alarm]")
        .filter(has=signed_in.get_by_test_id("acknowledge"))
        .first
    )
    expect(row).to_be_visible(timeout=60_000)
    alarm = row.get_attribute("data-alarm")
    row.get_by_test_id("acknowledge").click()

    def journalled() -> None:
        entries = demo.entries(kind="alarm", subject=alarm)
        assert any(item["body"]["event"] == "acknowledge" for item in entries)

    eventually(journalled, within_s=5)


def test_english_is_one_click_away(signed_in: Page) -> None:
    go(signed_in, "signals")
    signed_in.get_by_test_id("language-en").click()
    expect(signed_in.get_by_test_id("signals")).to_contain_text("Launder metal level")
    signed_in.get_by_test_id("language-zh").click()
    expect(signed_in.get_by_test_id("signals")).to_contain_text("流槽液位")


def test_the_violation_shows_while_it_stands(demo: RunningPlant, signed_in: Page) -> None:
    deadline = time.monotonic() + 150
    signed_in.goto(f"{demo.url}/#/compliance?view=violations")
    violations = signed_in.get_by_test_id("violations")
    while not demo.get("violations")["items"]:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    expect(violations.locator("[data-violation]").first).to_be_visible(timeout=5_000)
    expect(violations).to_contain_text("aluminium-")
