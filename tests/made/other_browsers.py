"""Firefox and WebKit at phone size, driven by the W3C's WebDriver.

Playwright drives only builds of its own, which no package registry has. Debian's Firefox speaks WebDriver through its
Marionette port, WebKitGTK's MiniBrowser through WebKitWebDriver, on a virtual screen.
"""

import base64
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx

PHONE_PX = (360, 740)
STARTED_WITHIN_S = 60.0
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of an element's id, fixed by the WebDriver recommendation (section 11)."""
_NARROW = ":root, body { min-width: 0 !important; }"  # Firefox's own windows are 500 px or more
_SLIM = "* { min-width: 0; padding: 0; margin: 0; font-size: 1px; }"  # so that WebKitGTK's buttons fit into a phone
_PREFERENCES = {
    "toolkit.legacyUserProfileCustomizations.stylesheets": True,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.page": 0,
    "browser.aboutwelcome.enabled": False,
    "startup.homepage_welcome_url": "about:blank",
    "termsofuse.bypassNotification": True,
    "remote.log.level": "Warn",
}
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
WEBKIT = shutil.which("WebKitWebDriver")
MINI_BROWSER = next(iter(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")), None)
SCREEN = shutil.which("Xvfb")


class Wire(Protocol):
    """Sends one WebDriver command and gives its value."""

    def __call__(self, command: str, **parameters: Any) -> Any: ...


class Phone:
    """A browser with one page."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def fit(self) -> None:
        """Make the window that of a phone, or as narrow as its own buttons allow."""
        width, height = PHONE_PX
        self._wire("SetWindowRect", width=width, height=height)
        own = self.run("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        self._wire("SetWindowRect", width=width + own[0], height=height + own[1])

    def open(self, url: str) -> None:
        """Load a page and run its scripts."""
        self._wire("Navigate", url=url)
        self.until("document.readyState === 'complete'", STARTED_WITHIN_S)

    def run(self, script: str) -> Any:
        """The value that a function body returns."""
        return self._wire("ExecuteScript", script=script, args=[])

    def tap(self, selector: str) -> None:
        """Press what this finds first, brought into view as a finger would."""
        self.run(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{ block: 'center', behavior: 'instant' }})"
        )
        self._wire("ElementClick", id=self._find(selector))

    def choose(self, selector: str, file: Path) -> None:
        """Choose a file in an input; WebKitWebDriver gives it to the page without an event, or before it has it."""
        field = f"document.querySelector({json.dumps(selector)})"
        self._wire("ElementSendKeys", id=self._find(selector), text=str(file))
        self.until(f"{field}.files.length", STARTED_WITHIN_S)
        self.run(f"{field}.dispatchEvent(new Event('change', {{ bubbles: true }}))")

    def until(self, script: str, within_s: float) -> None:
        """Wait for a condition on the page."""
        give_up_s = time.monotonic() + within_s
        while not self.run(f"return Boolean({script})"):
            assert time.monotonic() < give_up_s, f"{script} is not so within {within_s:g} s"
            time.sleep(0.1)

    def picture(self) -> bytes:
        """The part of the page that is seen, as PNG."""
        return base64.b64decode(self._wire("TakeScreenshot", full=False))

    def _find(self, selector: str) -> str:
        found = self._wire("FindElement", using="css selector", value=selector)
        return str(found[_ELEMENT])


@contextmanager
def firefox(folder: Path) -> Iterator[Phone]:
    """Debian's Firefox without a screen."""
    port = free_port()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in _PREFERENCES.items())
    (folder / "user.js").write_text("\n".join([*lines, f'user_pref("marionette.port", {port});']))
    (folder / "chrome").mkdir()
    (folder / "chrome" / "userChrome.css").write_text(_NARROW)
    assert FIREFOX
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
    with ExitStack() as stack:
        stack.enter_context(_running(command, {"HOME": str(folder)}))
        wire = _Marionette(stack.enter_context(_connected(port)))
        wire("NewSession")
        phone = Phone(wire)
        wire("SwitchToWindow", handle=wire("NewWindow", type="tab")["handle"])  # the first one is the browser's own
        phone.fit()
        yield phone


@contextmanager
def webkit(folder: Path) -> Iterator[Phone]:
    """WebKitGTK's MiniBrowser on a screen of its own."""
    port, display = free_port(), f":{os.getpid() % 30000 + 100}"
    (folder / ".config" / "gtk-3.0").mkdir(parents=True)
    (folder / ".config" / "gtk-3.0" / "gtk.css").write_text(_SLIM)
    assert SCREEN
    assert WEBKIT
    with ExitStack() as stack:
        stack.enter_context(_running([SCREEN, display, "-screen", "0", "1000x1200x24", "-nolisten", "tcp"], {}))
        own = {
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / ".config"),
            "DISPLAY": display,
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
        }
        stack.enter_context(_running([WEBKIT, f"--port={port}"], own))
        stack.enter_context(_connected(port))
        client = stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=STARTED_WITHIN_S))
        wire = _OverHttp(client)
        stack.callback(wire.end)
        phone = Phone(wire)
        phone.fit()
        yield phone


class _Marionette:
    """Length, colon, JSON; an answer is [1, number, error, value]."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._number = connection, 0
        self._read()  # its greeting

    def __call__(self, command: str, **parameters: Any) -> Any:
        self._number += 1
        content = json.dumps([0, self._number, f"WebDriver:{command}", parameters]).encode()
        self._connection.sendall(b"%d:%s" % (len(content), content))
        _, _, error, value = self._read()
        assert error is None, error
        return value["value"] if isinstance(value, dict) and set(value) == {"value"} else value

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._some(1)
        return json.loads(self._some(int(length[:-1])))

    def _some(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            more = self._connection.recv(count - len(found))
            assert more, "the browser has ended"
            found += more
        return found


class _OverHttp:
    """The same commands as the recommendation's addresses."""

    def __init__(self, client: httpx.Client) -> None:
        options = {"binary": str(MINI_BROWSER), "args": ["--automation"]}
        asked = {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}}
        self._client = client
        self._session = f"/session/{_value(client.post('/session', json=asked))['sessionId']}"

    def __call__(self, command: str, **parameters: Any) -> Any:
        if command == "TakeScreenshot":
            return _value(self._client.get(f"{self._session}/screenshot"))
        element = f"/element/{parameters.pop('id', '')}"
        address = {
            "Navigate": "/url",
            "ExecuteScript": "/execute/sync",
            "ElementClick": f"{element}/click",
            "ElementSendKeys": f"{element}/value",
            "FindElement": "/element",
            "SetWindowRect": "/window/rect",
        }[command]
        return _value(self._client.post(f"{self._session}{address}", json=parameters))

    def end(self) -> None:
        """Close the browser."""
        self._client.delete(self._session)


def _value(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["value"]


@contextmanager
def _running(command: list[str], variables: dict[str, str]) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=os.environ | variables, **quiet)  # type: ignore[call-overload]
    try:
        yield
    finally:
        process.terminate()
        process.wait(STARTED_WITHIN_S)


@contextmanager
def _connected(port: int) -> Iterator[socket.socket]:
    """A connection to a program that is starting."""
    give_up_s = time.monotonic() + STARTED_WITHIN_S
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port), STARTED_WITHIN_S)
            break
        except ConnectionRefusedError:
            assert time.monotonic() < give_up_s, "the browser does not start"
            time.sleep(0.1)
    with connection:
        yield connection


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
