"""Two people before the same alarm."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.patience import eventually
from tests.running import RunningPlant
from tests.system.console.looking import Desk, go, new_person, sign_in

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(200)]

_OFFERED = """[...document.querySelectorAll('tr[data-alarm]')]
    .filter((row) => row.querySelector('[data-testid=acknowledge]'))
    .map((row) => row.dataset.alarm)"""


def test_acknowledging_at_once_gives_one_entry(
    demo: RunningPlant, browser: Browser, desk: Desk
) -> None:
    other = sign_in(browser, demo, new_person(demo, "second-desk", "operator"))
    with desk.open("/alarms") as here, other.open("/alarms") as there:
        go(here, "alarms")
        go(there, "alarms")
        alarm = _an_unacknowledged_alarm_on(here, there)
        before = _acknowledgements(demo, alarm)
        # Neither request leaves before both have been made.
        held: list[Route] = []

        def hold(request: Route) -> None:
            held.append(request)

        for page in (here, there):
            page.route("**/acknowledge", hold)
            page.locator(f'tr[data-alarm="{alarm}"]').get_by_test_id("acknowledge").click()
        eventually(lambda: _both(held, here), within_s=5)
        for request in held:
            request.continue_()

        def one_more() -> None:
            assert len(_acknowledgements(demo, alarm)) == len(before) + 1

        eventually(one_more, within_s=5)
        for page in (here, there):
            row = page.locator(f'tr[data-alarm="{alarm}"]')
            expect(row.get_by_test_id("acknowledge")).to_have_count(0, timeout=5_000)
        one_more()


def _an_unacknowledged_alarm_on(*pages: Page) -> str:
    """Name an alarm that every page offers to acknowledge."""

    def named() -> str:
        offered = set.intersection(*(set(page.evaluate(_OFFERED)) for page in pages))
        assert offered, "no alarm waits on both pages"
        return min(offered)

    return eventually(named, within_s=70)


def _both(held: list[Route], page: Page) -> None:
    page.wait_for_timeout(50)
    assert len(held) == 2


def _acknowledgements(demo: RunningPlant, alarm: str) -> list[int]:
    entries = demo.entries(kind="alarm", subject=alarm)
    return [item["seq"] for item in entries if item["body"]["event"] == "acknowledge"]
