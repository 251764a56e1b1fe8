"""The review's Python side: what is sent before the first look, what after, what is written, and that it is written once."""

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

import widgets
from tests.browser.players import FRAMES, make
from tests.review_cases import AGREE, DIFFER, alerting, new_case, say, scan
from workbench.casefile.schema import ReferenceRow
from workbench.errors import InputError

NAMES = ("Ada Quail", "Bob Wren", "Cid Teal")
SCORE = 0.8125


class Page:
    """What the page does, without a page."""

    def __init__(self, case, reviewer="A. Ng", **more):
        self.widget = widgets.AlertReview(case, reviewer=reviewer, **more)
        self.sent = []
        self.widget.send = lambda message, buffers=(): self.sent.append((message, list(buffers)))

    def ask(self, kind, **content):
        self.widget._heard(self.widget, {"kind": kind, **content}, [])
        return self.sent[-1][0]

    def decide(self, token, key="k", verdict="same", **more):
        features = {"same": AGREE, "different": DIFFER, "cannot tell": {}}[verdict]
        confidence = "" if verdict == "cannot tell" else "moderate"
        said = {"verdict": verdict, "features": features, "confidence": confidence, "reason": "ears"} | more
        return self.ask("decide", token=token, key=key, **said)


@pytest.fixture
def case(tmp_path):
    made = new_case(tmp_path / "secret street", *NAMES)
    scan(made, *(alerting(6.0 * k, k % 3, score=SCORE) for k in range(3)), source="a")
    return made


def test_a_review_needs_a_name(case):
    with pytest.raises(InputError, match=r'reviewer="A\. Ng"'):
        widgets.AlertReview(case)


def test_before_the_first_look_is_saved_nothing_but_pictures_leaves_python(case):
    for other in ("B", "C"):
        say(case, 2, other, "same" if other == "B" else "different", reason="other opinion")
    page = Page(case)
    tokens = page.ask("look")["todo"]
    page.ask("faces", tokens=tokens)
    for token in tokens:
        page.ask("open", token=token)
    words = repr([page.widget.get_state(), *(message for message, _ in page.sent)])
    bytes_sent = b"".join(bytes(each) for _, buffers in page.sent for each in buffers)
    assert {message["kind"] for message, _ in page.sent} == {"queue", "faces", "pair"} and len(bytes_sent) > 10_000
    hidden = (
        *NAMES,
        "0.81",
        "0.406",
        "wanted",
        "custody",
        "a.mp4",
        "other opinion",
        "disagree",
        "open",
        "alert 1",
        "run 1",
    )
    for secret in hidden:
        assert secret not in words.replace("_esm", "") or secret in page.widget._esm + page.widget._css, secret
    told = repr([page.widget.about, *(message for message, _ in page.sent)])
    assert not any(secret in told for secret in hidden)
    assert not any(secret.encode() in bytes_sent for secret in NAMES)


def test_a_question_that_others_disagree_about_looks_like_an_untouched_one(case):
    before = Page(case).ask("look")["todo"]
    say(case, 2, "B", "same")
    say(case, 2, "C", "different")
    assert Page(case).ask("look")["todo"] == before


def test_a_decision_is_on_disk_when_the_page_hears_of_it_and_only_then_all_is_shown(case):
    page = Page(case)
    token = page.ask("look")["todo"][0]
    assert page.ask("open", token=token)["after"] is None
    saved = page.decide(token, key="k1")
    assert (saved["kind"], saved["key"], saved["token"]) == ("saved", "k1", token)
    assert saved["after"]["subject"] == "Ada Quail" and saved["after"]["score"] == "0.812"
    assert saved["after"]["entry"][0] == ("listed as", "wanted")
    (kept,) = page.widget.decisions
    assert (kept.verdict, kept.look, kept.reviewer) == ("same", "blind", "A. Ng") and case.decisions() == (kept,)
    assert page.ask("open", token=token)["after"]["subject"] == "Ada Quail"


def test_the_same_message_again_writes_nothing_and_is_answered_again(case):
    page = Page(case)
    token = page.ask("look")["todo"][0]
    first = page.decide(token, key="k1")
    other_kernel = Page(case)  # the token and the key are the same after a restart
    assert other_kernel.decide(token, key="k1")["recorded"] == first["recorded"] and len(case.decisions()) == 1


def test_a_changed_mind_is_a_second_decision(case):
    page = Page(case)
    token = page.ask("look")["todo"][0]
    page.decide(token, key="k1")
    saved = page.decide(token, key="k2", verdict="different")
    assert [each["look"] for each in saved["after"]["decisions"]] == ["blind", "informed"]


def test_what_was_judged_in_another_window_is_not_superseded_unseen(case):
    here, there = Page(case), Page(case)
    token = here.ask("look")["todo"][0]
    there.ask("look")
    there.decide(token, key="k1", known=0)
    refused = here.decide(token, key="k2", verdict="different", known=0)
    assert refused["stale"] and "you judged this in another window at" in refused["words"]
    assert len(case.decisions()) == 1
    seen = here.ask("open", token=token)["after"]["decisions"]
    here.decide(token, key="k3", verdict="different", known=len(seen))
    assert [each.supersedes for each in case.decisions()] == [None, 1]
    assert there.decide(token, key="k1", known=0)["kind"] == "saved"  # sent again, it is what it was


def test_others_are_heard_of_only_once_it_is_settled(case):
    page = Page(case)
    token = page.ask("look")["todo"][0]
    say(case, 1, "B", "different", reason="other opinion")
    saved = page.decide(token)["after"]
    assert saved["standing"] == "Another person must look before this counts." and not saved["settled"]
    assert "other opinion" not in repr(saved)
    say(case, 1, "C", "different")
    (done,) = page.ask("look")["done"]
    assert done["words"] == "Settled after 3 people looked: different people."


def test_what_cannot_be_saved_is_said_with_its_key(case):
    page = Page(case)
    token = page.ask("look")["todo"][0]
    refused = page.decide(token, reason=" ")
    assert (refused["kind"], refused["of"], refused["key"]) == ("refused", "decide", "k") and "reason" in refused[
        "words"
    ]
    assert page.decide("0" * 24)["words"].startswith("this pair is not in your queue")
    assert page.ask("open", token=None)["kind"] == "refused" and case.decisions() == ()


def test_the_queue_is_sent_only_when_it_moved(case):
    page = Page(case)
    first = page.ask("look")
    assert set(page.ask("look", mark=first["mark"])) == {"kind", "mark", "token"}
    for other in "BC":
        say(case, 1, other, "same")
    assert page.ask("look", mark=first["mark"])["todo"] == first["todo"][1:]


def test_a_look_reads_nothing_anew_while_only_faces_were_read_and_once_what_changed(case, monkeypatch):
    page, read = Page(case), []
    asked = case.standings
    monkeypatch.setattr(case, "standings", lambda: read.append("standings") or asked())
    first = page.ask("look")
    page.ask("faces", tokens=first["todo"])
    assert set(page.ask("look", mark=first["mark"])) == {"kind", "mark", "token"} and read == ["standings"]
    case.plant(1, by="Coach")
    assert len(page.ask("look", mark=first["mark"])["todo"]) == 4 and len(read) == 2
    for other in "BC":
        say(case, 1, other, "same")
    assert len(page.ask("look", mark=first["mark"])["todo"]) == 3 and len(read) == 3


def test_a_planted_pair_is_a_question_like_any_other_until_it_is_judged(case):
    case.plant(1, by="Coach")
    page = Page(case)
    todo = page.ask("look")["todo"]
    assert len(todo) == 4
    (token,) = (t for t in todo if page.widget._questions[t].kind == "planted")
    pair = page.ask("open", token=token)
    assert set(pair) == {"kind", "token", "faces", "references", "after"} and pair["after"] is None
    after = page.decide(token, key="p")["after"]
    assert after["kind"] == "planted" and "wrong" in after["outcome"] and "1 planted pair of" in after["record"]
    assert case.decisions() == () and len(page.ask("look")["done"]) == 1


def test_what_is_open_and_can_no_longer_be_judged_is_said(case):
    page = Page(case)
    first = page.ask("look")
    assert first["gone"] == ""
    with case.store.change() as session:
        for reference in session.scalars(select(ReferenceRow)):
            reference.blob, reference.template = "", b""
    told = page.ask("look", mark=first["mark"])
    assert told["todo"] == []
    assert told["gone"] == "3 alerts are open and can no longer be judged: the faces were deleted."


def test_near_misses_are_asked_on_demand(tmp_path):
    made = new_case(tmp_path / "c", *NAMES)
    scan(made, alerting(0, near_miss=True, score=0.45))
    assert Page(made).ask("look")["todo"] == [] and len(Page(made, near_misses=True).ask("look")["todo"]) == 1
    assert repr(widgets.AlertReview(made, reviewer="A")) == "AlertReview('A': 0 to judge, 0 decisions)"


def test_unknown_messages_are_not_answered(case):
    page = Page(case)
    page.widget._heard(page.widget, {"kind": "delete everything"}, [])
    assert page.sent == []


def test_every_focusable_element_keeps_jupyterlabs_shortcuts_off():
    for file in (Path(widgets.__file__).parent / "static").glob("*review*.js"):
        text = file.read_text("utf-8")
        assert "innerHTML" not in text and "createElement(" not in text, file.name


def clip_of(page, token):
    page.widget._heard(page.widget, {"kind": "clip", "token": token, "key": "c"}, [])
    for thread in page.widget._clips.threads.values():
        thread.join(20)
    return page.sent[-1]


def test_the_clip_beside_a_probe_is_as_blind_as_the_probe(tmp_path):
    page = Page(make(tmp_path, says="a street"))
    token = page.ask("look")["todo"][0]
    message, (times, boxes) = clip_of(page, token)
    assert message["kind"] == "clip" and message["key"] == "c" and len(boxes) == 4 * 4 * FRAMES
    assert np.frombuffer(times, "<f8")[[0, 1]].tolist() == pytest.approx([0, 0.1])  # not even when it was
    told = repr([each for each, _ in page.sent])
    assert not any(secret in told for secret in ("Ada Quail", "0.8", "a.mp4", "a street", "alert 1", "00:00:02"))
    page.widget._heard(page.widget, {"kind": "range", "clip": message["clip"], "key": "c", "from": 0, "to": 99}, [])
    assert page.sent[-1][0]["kind"] == "range" and len(page.sent[-1][1][0]) == 99


def test_where_pairs_are_planted_the_clip_waits_for_the_first_look_so_that_none_is_told_by_it(tmp_path):
    made = make(tmp_path)
    made.plant(1, by="Coach")
    page = Page(made)
    tokens = page.ask("look")["todo"]
    answers = {repr(sorted(clip_of(page, token)[0].items() - {("token", token)})) for token in tokens}
    assert len(answers) == 1 and "clips are shown after the first look" in answers.pop()
    alert = next(
        token
        for token in tokens
        if page.widget._questions[token].id == 1 and page.widget._questions[token].kind == "alert"
    )
    page.decide(alert)
    assert clip_of(page, alert)[0]["kind"] == "clip"
