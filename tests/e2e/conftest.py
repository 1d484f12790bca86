"""One browser for the tests of a file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from chromium import CHROMIUM
from service.server import WITHIN_S

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--autoplay-policy=no-user-gesture-required")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=1000 * WITHIN_S)  # the machine may do much else
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()
