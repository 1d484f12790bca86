"""The browser that tests drive, where there is one, and what every page is checked for in it."""

import shutil
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "is_mobile": True,
    "has_touch": True,
    "locale": "en-GB",
}


def assert_fit(page: Page) -> None:
    """The page is as wide as the phone, and accessible by day and by night."""
    page.emulate_media(color_scheme="light")
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page, "color-contrast")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, page.url


def assert_accessible(page: Page, *rules: str) -> None:
    """No finding of axe, by these rules or those of WCAG 2.2 AA and its best practices."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": list(rules) or tags}).response["violations"]
    problems = [(each["id"], each["impact"], [node["html"][:150] for node in each["nodes"]]) for each in found]
    assert not problems, (page.url, problems)
