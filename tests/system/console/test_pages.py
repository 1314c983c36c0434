"""Every page, in both languages and both themes, on a small control-room screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.system.console.looking import PAGES, Desk, findings, go

pytestmark = [pytest.mark.system, pytest.mark.browser, pytest.mark.timeout(200)]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_TEXT_KEY = re.compile(rf"\b({'|'.join(PAGES)}|keys|lamp|reason|quality|state)\.[a-z]\w+\b")
# Names of other languages are written in those.
_IN_ITS_OWN_LANGUAGE = re.compile("中文")


@pytest.mark.parametrize(("language", "theme"), [("zh", "day"), ("en", "night")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_in_one_language_and_open_to_all(
    desk: Desk, name: str, language: str, theme: str
) -> None:
    with desk.open(language=language, theme=theme) as page:
        go(page, name)
        _settled(page)
        text = page.locator("body").inner_text()
        assert _TEXT_KEY.findall(text) == []
        if language == "zh":
            assert _CHINESE.search(page.get_by_test_id(name).first.inner_text())
        else:
            assert _CHINESE.findall(_IN_ITS_OWN_LANGUAGE.sub("", text)) == []
        assert _overflowing(page) == []
        assert findings(page) == []


def _settled(page: Page) -> None:
    """Wait until nothing says that it is still being read."""
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=10_000)
    page.wait_for_timeout(500)


def _overflowing(page: Page) -> list[str]:
    """Say what makes the whole page wider or higher than the screen."""
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    width, height = page.evaluate(size)
    return [f"{width} x {height}"] if (width, height) != (1366, 768) else []
