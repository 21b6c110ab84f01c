"""Take pictures of the running product with headless Chromium.

A list of shots (``tools/screenshots.json``)::

    python3 -m tools.rc screenshots [--out DIR] [--only NAME]

One shot, ad hoc::

    python3 tools/screenshots.py --url http://127.0.0.1:8069 --login mia --password mia \
        --path /my --size 390x844 --out /tmp/x.png

Each shot may name: ``name``, ``path``, ``login``, ``password``, ``size`` ("1366x768"), ``lang``,
``wait`` (a CSS selector that must appear), ``clicks`` (CSS selectors clicked in order),
``full`` (the whole page instead of the first screen). The exit code is 1 when a page answered
with an error, a selector never came, or the page logged a JavaScript error.

Needs ``websocket-client`` and a Chromium; nothing else outside the standard library.
"""

import argparse
import base64
import contextlib
import dataclasses
import http.cookiejar
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET_SECONDS = 0.6  # no request for so long: the page has settled
TIMEOUT_SECONDS = 45


class ShotError(Exception):
    """Something a person can act on; printed as one sentence."""


@dataclasses.dataclass(frozen=True)
class Shot:
    """One picture to take."""

    name: str
    path: str
    login: str | None = None
    password: str | None = None
    size: str = "1366x768"
    lang: str | None = None
    wait: str | None = None
    clicks: tuple = ()
    full: bool = False
    delay: float = 0.0
    out: str | None = None

    @property
    def width_height(self):
        match = re.fullmatch(r"(\d+)x(\d+)", self.size)
        if not match:
            raise ShotError(f"size {self.size!r} must look like 1366x768")
        return int(match[1]), int(match[2])


# ------------------------------------------------------------------ Odoo session


def open_session(url, login, password):
    """Return the ``session_id`` cookie of a log-in through the real form."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    try:
        page = opener.open(f"{url}/web/login", timeout=TIMEOUT_SECONDS).read().decode()
    except OSError as error:
        raise ShotError(f"{url} does not answer ({error}); start it with `make up`") from error
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if not token:
        raise ShotError(f"{url}/web/login shows no log-in form")
    form = {"csrf_token": token[1], "login": login, "password": password}
    answer = opener.open(
        f"{url}/web/login", urllib.parse.urlencode(form).encode(), timeout=TIMEOUT_SECONDS
    )
    if answer.geturl().split("?")[0].endswith("/web/login"):
        raise ShotError(f"{url} refused the login {login!r}: wrong password or no such user")
    return next(cookie.value for cookie in jar if cookie.name == "session_id")


def call(url, session_id, model, method, args, kwargs=None):
    """Call one public method as the logged-in user and return its result."""
    body = {"params": {"model": model, "method": method, "args": args, "kwargs": kwargs or {}}}
    request = urllib.request.Request(
        f"{url}/web/dataset/call_kw",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Cookie": f"session_id={session_id}"},
    )
    answer = json.load(urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS))
    if "error" in answer:
        raise ShotError(answer["error"]["data"]["message"])
    return answer["result"]


@contextlib.contextmanager
def user_language(url, session_id, lang):
    """Give the user this language for as long as the picture takes."""
    if not session_id or not lang:
        yield
        return
    request = urllib.request.Request(
        f"{url}/web/session/get_session_info",
        b"{}",
        {"Content-Type": "application/json", "Cookie": f"session_id={session_id}"},
    )
    uid = json.load(urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS))["result"]["uid"]
    [before] = call(url, session_id, "res.users", "read", [[uid], ["lang"]])
    call(url, session_id, "res.users", "write", [[uid], {"lang": lang}])
    try:
        yield
    finally:
        call(url, session_id, "res.users", "write", [[uid], {"lang": before["lang"]}])


# ------------------------------------------------------------------ Chromium


def find_chromium():
    """Return the path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


class Browser:
    """A headless Chromium driven through its DevTools socket."""

    def __init__(self):
        binary = find_chromium()
        if not binary:
            raise ShotError("no Chromium found; install it with `apt-get install chromium`")
        self.profile = tempfile.mkdtemp(prefix="rc-shots-")
        self.errors = []
        self.status = {}
        self.open_requests = set()
        self.last_event = time.monotonic()
        self.loaded = False
        self.counter = 0
        self.process = subprocess.Popen(
            [
                binary,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--lang=en-US",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self.profile}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LANG": "C.UTF-8"},
        )
        self.socket = self._connect()
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def _connect(self):
        import websocket

        port_file = pathlib.Path(self.profile, "DevToolsActivePort")
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not (port_file.exists() and port_file.read_text().strip()):
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise ShotError("Chromium did not start; try it by hand: chromium --headless")
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        pages = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
        page = next(page for page in pages if page["type"] == "page")
        return websocket.create_connection(page["webSocketDebuggerUrl"], timeout=TIMEOUT_SECONDS)

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, **params):
        """Send a command and return its result; events met on the way are noted."""
        self.counter += 1
        wanted = self.counter
        self.socket.send(json.dumps({"id": wanted, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") == wanted:
                if "error" in message:
                    raise ShotError(f"Chromium refused {method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _note(self, message):
        """Keep what an event says about loading, status and errors."""
        params, method = message.get("params", {}), message.get("method", "")
        if method == "Network.requestWillBeSent":
            self.open_requests.add(params["requestId"])
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self.open_requests.discard(params["requestId"])
        elif method == "Network.responseReceived" and params["type"] == "Document":
            self.status[params["response"]["url"]] = params["response"]["status"]
        elif method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            what = details.get("exception", {}).get("description", details.get("text"))
            self.errors.append(f"exception: {what}")
        elif method == "Runtime.consoleAPICalled" and params["type"] == "error":
            words = (str(a.get("value", a.get("description", ""))) for a in params["args"])
            self.errors.append("console: " + " ".join(words))
        if method.startswith("Network.") and "webSocket" not in method:
            self.last_event = time.monotonic()

    def listen(self, seconds=0.1):
        """Take in events for a short while."""
        import websocket

        self.socket.settimeout(seconds)
        try:
            self._note(json.loads(self.socket.recv()))
        except (websocket.WebSocketTimeoutException, TimeoutError):
            pass
        finally:
            self.socket.settimeout(TIMEOUT_SECONDS)

    def evaluate(self, expression):
        """Run JavaScript in the page and return its value."""
        return self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )["result"].get("value")

    def settle(self, limit_seconds=20):
        """Wait until the page has loaded and asked for nothing for a moment."""
        deadline = time.monotonic() + limit_seconds
        while time.monotonic() < deadline:
            self.listen()
            quiet = time.monotonic() - self.last_event > QUIET_SECONDS
            if self.loaded and quiet and not self.open_requests:
                break
            # a long poll never ends: three quiet seconds are enough then
            if self.loaded and time.monotonic() - self.last_event > 3:
                break
        self.evaluate("document.fonts.ready.then(() => true)")

    def wait_for(self, selector):
        """Wait until the selector matches something."""
        test = f"!!document.querySelector({json.dumps(selector)})"
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while not self.evaluate(test):
            if time.monotonic() > deadline:
                raise ShotError(f"nothing on the page matches {selector!r}")
            self.listen()

    def click(self, selector):
        """Click the first match, then let the page settle."""
        self.wait_for(selector)
        self.last_event = time.monotonic()
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")
        time.sleep(0.3)
        self.settle()


def take(browser, url, shot, session_id):
    """Take one picture; returns (PNG bytes, list of complaints)."""
    width, height = shot.width_height
    is_phone = width < 600
    browser.send("Network.clearBrowserCookies")
    cookies = {"session_id": session_id, "frontend_lang": shot.lang, "tz": "UTC"}
    for name, value in cookies.items():
        if value:
            browser.send("Network.setCookie", name=name, value=value, url=url)
    browser.send(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height,
        deviceScaleFactor=2 if is_phone else 1,
        mobile=is_phone,
    )
    browser.send("Emulation.setTouchEmulationEnabled", enabled=is_phone)
    browser.send("Page.navigate", url="about:blank")
    browser.settle(2)
    browser.errors.clear()
    browser.status.clear()
    browser.open_requests.clear()
    browser.loaded = False
    address = urllib.parse.urljoin(url + "/", shot.path.lstrip("/"))
    browser.send("Page.navigate", url=address)
    browser.settle()
    complaints = []
    try:
        for selector in shot.clicks:
            browser.click(selector)
        if shot.wait:
            browser.wait_for(shot.wait)
            browser.settle(5)
    except ShotError as error:
        complaints.append(str(error))
    if shot.delay:
        time.sleep(shot.delay)
    complaints += [f"HTTP {code} from {at}" for at, code in browser.status.items() if code >= 400]
    complaints += browser.errors
    picture = browser.send("Page.captureScreenshot", format="png", captureBeyondViewport=shot.full)
    return base64.b64decode(picture["data"]), complaints


def run(url, shots, out):
    """Take all shots; returns how many complained."""
    url = url.rstrip("/")
    sessions, bad = {None: None}, 0
    browser = Browser()
    try:
        for shot in shots:
            if shot.login not in sessions:
                sessions[shot.login] = open_session(url, shot.login, shot.password or shot.login)
            session_id = sessions[shot.login]
            with user_language(url, session_id, shot.lang):
                picture, complaints = take(browser, url, shot, session_id)
            target = pathlib.Path(shot.out) if shot.out else out / f"{shot.name}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(picture)
            bad += bool(complaints)
            print(f"{'!!' if complaints else 'ok'} {target}")
            for complaint in complaints:
                print(f"   {complaint[:400]}")
    finally:
        browser.close()
    return bad


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default=os.environ.get("RC_URL", "http://localhost:8069"))
    parser.add_argument("--out", help="folder for a list, file for one --path")
    parser.add_argument("--list", default=str(HERE / "screenshots.json"), help="file of shots")
    parser.add_argument("--only", help="take the shots whose name contains this")
    parser.add_argument("--path", help="take one shot of this path")
    parser.add_argument("--login")
    parser.add_argument("--password")
    parser.add_argument("--size", default="1366x768")
    parser.add_argument("--lang")
    parser.add_argument("--wait", help="CSS selector to wait for")
    parser.add_argument("--click", action="append", default=[], help="CSS selector to click")
    parser.add_argument("--delay", type=float, default=0.0, help="extra seconds before the picture")
    parser.add_argument("--full", action="store_true", help="the whole page")
    return parser.parse_args(argv)


def shots_from(arguments):
    """The shots the arguments ask for."""
    if arguments.path:
        return [
            Shot(
                name="shot",
                path=arguments.path,
                login=arguments.login,
                password=arguments.password,
                size=arguments.size,
                lang=arguments.lang,
                wait=arguments.wait,
                clicks=tuple(arguments.click),
                full=arguments.full,
                delay=arguments.delay,
                out=arguments.out or "shot.png",
            )
        ]
    listed = json.loads(pathlib.Path(arguments.list).read_text())
    shots = [Shot(**{**item, "clicks": tuple(item.get("clicks", ()))}) for item in listed]
    if arguments.only:
        shots = [shot for shot in shots if arguments.only in shot.name]
    if not shots:
        raise ShotError(f"no shot in {arguments.list} is named like {arguments.only!r}")
    return shots


def main(argv=None):
    arguments = parse_arguments(argv)
    try:
        shots = shots_from(arguments)
        out = pathlib.Path(arguments.out or HERE.parent / ".run" / "screenshots")
        return 1 if run(arguments.url, shots, out) else 0
    except ShotError as error:
        print(f"screenshots: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
