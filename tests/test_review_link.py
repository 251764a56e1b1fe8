"""The page's line to Python, run by Node or Chromium: when it says that Python does not answer."""

from pathlib import Path

import pytest

from tests.javascript import call

ANSWERS = [
    {"kind": "queue", "mark": "1"},
    {"kind": "news", "mark": "1"},
    {"kind": "refused", "of": "look", "words": "busy"},
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer["kind"])
def test_python_answers_when_it_refuses_the_news(tmp_path: Path, answer: dict[str, str]) -> None:
    script = """(module, answer) => {
      let said = null;
      const model = { on: (_, hear) => (said = hear), off() {}, send() {} };
      const link = module.reviewLink(model, "home", { heard() {}, changed() {} }, { look: 0, patience: -1, again: 9000 });
      link.news();
      const before = link.state().silent;
      said({ kind: "refused", of: "open", words: "another question" }, []);
      const other = link.state().silent;
      said(answer, []);
      return [before, other, link.state().silent];
    }"""
    assert call(tmp_path, "review_link.js", script, answer) == [True, True, False]
