"""Chromium, a Jupyter server with Lab and Voila, and pages that are watched: nothing may leave the machine or complain."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LOCAL = re.compile(r"^(https?|wss?)://(127\.0\.0\.1|localhost)[:/]|^(data|blob|about|file):")

_NO_MATHJAX = {
    "mathjax_url": "data:text/javascript,MathJax={Hub:{Config(){},Queue(){},Configured(){},Register:{StartupHook(){}}}}//"
}  # Voila 0.5.13 takes it from a CDN otherwise

# From an input event of the slider (its own time stamp) to the first task after the frame that painted it.
WATCH_SLIDER = """() => {
  const root = document.querySelector('.sl-te');
  const watching = Boolean(window.latencies);
  window.latencies = [];
  if (watching) return;
  document.addEventListener('input', (event) => {
    if (!event.target.closest('.sl-slider')) return;
    const wanted = Number(event.target.value);
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => {
        const painted = Math.abs(Number(root.dataset.threshold) - wanted) < 1e-6;
        window.latencies.push(painted ? performance.now() - event.timeStamp : NaN);
      };
      after.port2.postMessage(0);
    });
  }, true);
}"""


@contextmanager
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page with what it asked for beyond this machine, and what it complained about."""

    def __init__(self, browser, **options):
        self.context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        self.page = self.context.new_page()
        self.outside, self.errors = [], []
        self.page.on("request", lambda request: LOCAL.match(request.url) or self.outside.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))

    def close(self):
        self.context.close()


class Jupyter:
    """One server on 127.0.0.1 with a token, its notebooks and settings in a folder of its own."""

    def __init__(self, folder):
        self.notebooks = folder / "notebooks"
        self.token = secrets.token_hex(16)
        self.port = free_port()
        options = {
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.root_dir": self.notebooks,
            "ServerApp.tornado_settings": _NO_MATHJAX,
            "LabApp.expose_app_in_browser": True,
            "VoilaConfiguration.template": "lessons",
            "KernelManager.autorestart": False,
        }
        surroundings = _settings(folder) | {"JUPYTER_TOKEN": self.token}
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        with (folder / "server.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, *(f"--{name}={value}" for name, value in options.items())],
                env=surroundings,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)

    def notebook(self, name, *cells):
        """Write a notebook with these cells."""
        notebook(self.notebooks / f"{name}.ipynb", *cells)

    def open_lab(self, page, name, wait=".sl-te[data-threshold]"):
        """Open the notebook in JupyterLab and run all its cells."""
        page.goto(f"http://127.0.0.1:{self.port}/lab/workspaces/{name}/tree/{name}.ipynb?token={self.token}")
        page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel", timeout=60_000
        )
        page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_selector(wait, timeout=60_000)

    def open_voila(self, page, name, wait=".sl-te[data-threshold]", theme="light"):
        """Open the notebook as a Voila page, with the template of the lessons."""
        page.goto(f"http://127.0.0.1:{self.port}/voila/render/{name}.ipynb?token={self.token}&theme={theme}")
        page.wait_for_selector(wait, timeout=60_000)

    def kernels(self):
        return self._ask("/api/kernels")

    def _ask(self, path):
        address = f"http://127.0.0.1:{self.port}{path}?token={self.token}"
        with urllib.request.urlopen(address, timeout=5) as answer:
            return json.load(answer)

    def _wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                self._ask("/api/status")
                return
            except urllib.error.HTTPError as early:  # it listens, and is not ready to answer
                early.close()
            except OSError:
                pass
            time.sleep(0.3)
        self.close()
        raise RuntimeError(
            f"the Jupyter server did not start: {(self.notebooks.parent / 'server.log').read_text()[-2000:]}"
        )


def serious(page, where):
    """What axe-core, whose script was evaluated in the page, finds there beyond trifles."""
    found = page.evaluate("(where) => axe.run(where)", where)["violations"]
    return [
        {"id": each["id"], "impact": each["impact"], "nodes": [node["html"][:160] for node in each["nodes"][:3]]}
        for each in found
        if each["impact"] in ("serious", "critical", "moderate")
    ]


def inside(page, where):
    """Whether the focus is in or on such an element, once what was hidden or locked has lost it."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate("(where) => Boolean(document.activeElement.closest(where))", where)


def cells(page):
    """How many cells the notebook has that is open in Lab."""
    return page.evaluate("() => window.jupyterapp.shell.currentWidget.content.model.cells.length")


def drag(page, steps=60, pause=0.03):
    """Drag the slider with the mouse to and fro; the latencies in milliseconds, sorted."""
    page.evaluate(WATCH_SLIDER)
    handle = page.locator(".sl-slider input")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    at = [box["x"] + box["width"] * (0.3 + 0.45 * (1 - abs(1 - 2 * k / steps))) for k in range(steps + 1)]
    page.mouse.move(at[0], box["y"] + box["height"] / 2)
    page.mouse.down()
    for x in at:
        page.mouse.move(x, box["y"] + box["height"] / 2)
        time.sleep(pause)
    page.mouse.up()
    time.sleep(0.3)
    return sorted(page.evaluate("() => window.latencies"))


def _settings(folder):
    """An environment in which Jupyter reads and writes nothing outside `folder`, and asks for no news."""
    (folder / "notebooks").mkdir(parents=True)
    templates = folder / "data" / "voila" / "templates"
    shutil.copytree(ROOT / "widgets" / "serving" / "share" / "voila" / "templates", templates)
    shutil.copytree(ROOT / "binder" / "template", templates / "lessons")
    quiet = folder / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    places = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    return os.environ | {name: str(folder / place) for name, place in places.items()} | {"PYTHONPATH": str(ROOT)}


def notebook(file, *cells):
    """Write a notebook with these cells of code."""
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    made = [code | {"id": f"c{k}", "source": source} for k, source in enumerate(cells)]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    text = {"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(text), "utf-8")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
