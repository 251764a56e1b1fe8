"""Runs the functions of a widget's ES module, in Node if it is here, else in Chromium; no build step in either."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.browser import driving
from widgets.bundle import bundle

_NODE = """
import * as module from "./module.mjs";
import { readFileSync } from "node:fs";
const plain = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value);
const answer = (FUNCTION)(module, JSON.parse(readFileSync("data.json", "utf8")));
console.log(JSON.stringify(answer, plain));
"""
_PAGE = """async ([script, data]) => {
  const module = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
  return (FUNCTION)(module, data);
}"""


def call(folder, entry, function, data):
    """`function(module, data)`, a JavaScript arrow function, on what the module `entry` exports."""
    if shutil.which("node"):
        return _in_node(folder, bundle(entry), function, data)
    if Path(driving.CHROMIUM).is_file():
        with driving.chromium() as browser:
            return browser.new_page().evaluate(_PAGE.replace("FUNCTION", function), [bundle(entry), data])
    pytest.skip("neither Node nor Chromium is here to run the page's arithmetic")


def _in_node(folder, script, function, data):
    (folder / "module.mjs").write_text(script, "utf-8")
    (folder / "main.mjs").write_text(_NODE.replace("FUNCTION", function), "utf-8")
    (folder / "data.json").write_text(json.dumps(data, allow_nan=False), "utf-8")
    ran = subprocess.run(["node", "main.mjs"], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return json.loads(
        ran.stdout, object_hook=lambda given: float(given["number"]) if set(given) == {"number"} else given
    )
