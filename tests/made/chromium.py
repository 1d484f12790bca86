"""The browser that tests drive, where there is one."""

import shutil

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DESKTOP = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}
