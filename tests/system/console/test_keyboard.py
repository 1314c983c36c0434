"""A whole round of the console without a mouse."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.patience import eventually
from tests.running import RunningPlant
from tests.system.console.looking import PAGES, SMALL_SCREEN, Desk

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(200)]


def test_signing_in_by_password(demo: RunningPlant, browser: Browser) -> None:
    page = browser.new_context(viewport=SMALL_SCREEN).new_page()
    page.goto(demo.url)
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    page.keyboard.type("nobody")
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("sign-in-failure")).to_be_visible()


def test_every_page_has_its_key(desk: Desk) -> None:
    with desk.open() as page:
        for number, name in enumerate(PAGES, 1):
            page.keyboard.press(str(number))
            expect(page.get_by_test_id(name).first).to_be_visible(timeout=10_000)
        page.keyboard.press("Shift+F")
        expect(page.get_by_test_id("firstout").first).to_be_visible()


def test_the_help_lists_the_keys_and_goes_away(desk: Desk) -> None:
    with desk.open("/alarms", language="en") as page:
        page.keyboard.press("?")
        help_ = page.get_by_test_id("keyboard-help")
        expect(help_).to_be_visible()
        expect(help_).to_contain_text("Acknowledge")
        page.keyboard.press("Escape")
        expect(help_).to_be_hidden()


def test_an_alarm_is_acknowledged_and_looked_at(demo: RunningPlant, desk: Desk) -> None:
    with desk.open("/alarms") as page:
        expect(page.get_by_test_id("acknowledge").first).to_be_visible(timeout=70_000)
        page.keyboard.press("j")
        row = page.locator("tr[data-alarm][aria-selected=true]")
        expect(row).to_have_count(1)
        _move_to_one_that_can_be_acknowledged(page)
        alarm = row.get_attribute("data-alarm")
        page.keyboard.press("a")

        def journalled() -> None:
            entries = demo.entries(kind="alarm", subject=alarm)
            assert any(item["body"]["event"] == "acknowledge" for item in entries)

        eventually(journalled, within_s=5)
        page.keyboard.press("Enter")
        detail = page.get_by_test_id("alarm-detail")
        expect(detail).to_be_visible()
        page.keyboard.press("Escape")
        expect(detail).to_be_hidden()


def test_a_cell_of_the_matrix_opens_its_reasons(desk: Desk) -> None:
    with desk.open("/compliance") as page:
        cell = page.locator("[data-cell][tabindex='0']")
        expect(cell).to_have_count(1, timeout=10_000)
        cell.focus()
        page.keyboard.press("ArrowDown")
        focused = page.locator("[data-cell]:focus")
        expect(focused).to_have_count(1)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("criterion="))
        expect(page.get_by_test_id("cell-reasons")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_test_id("cell-reasons")).to_be_hidden()


def _move_to_one_that_can_be_acknowledged(page: Page) -> None:
    selected = page.locator("tr[data-alarm][aria-selected=true]")
    for _ in range(20):
        if selected.get_by_test_id("acknowledge").count():
            return
        page.keyboard.press("j")
    raise AssertionError("no row that can be acknowledged")
