"""Every output of a notebook cell: escaped, without script, fetching nothing, and bounded."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.alerts import Alert, Alerts, Candidate
from workbench.faces import Space
from workbench.html import Card, card, data_uri, facts, pictures, show, table
from workbench.runs import Run, SourceReport
from workbench.tracks import Tracks
from workbench.watchlist import Entry, Reference, Rejected, Warned, Watchlist

EVIL = "<script>alert(1)</script>"
QUOTES = "\"'><img src=x onerror=alert(1)>"
LIMIT = 50_000


def size(html: str) -> int:
    return len(html.encode())


def photo(n: int) -> bytes:
    return b"\xff\xd8\xff" + bytes(n)


def watchlist(people: int, *, name: str = "person", thumbnail: int = 20_000, text: str = "look alike") -> Watchlist:
    names = [f"{name} {i}" for i in range(people)]
    return Watchlist(
        entries=tuple(Entry(subject, category=name) for subject in names),
        references=tuple(Reference(s, f"{s}/1.jpg", "0" * 64, 90, 0.9, photo(thumbnail)) for s in names),
        templates=np.zeros((people, 2), np.float32),
        space=Space("0" * 64, 2, "minifix"),
        rejected=tuple(Rejected(f"{s}/2.jpg", f"cannot be used: {text}") for s in names),
        warnings=(
            Warned("same_photo", tuple(names), 1.0, text),
            *(Warned("one_photo", (s,), None, text) for s in names),
        ),
    )


def alert(number: int, *, name: str = "person", thumbnail: int = 20_000) -> Alert:
    best = (Candidate(1, f"{name} {number}", 0.7, f"{name}/1.jpg"),)
    return Alert(
        number,
        best,
        0.5,
        f"{name}.mp4",
        "0" * 64,
        1,
        2,
        1.5,
        30,
        (0, 0, 9, 9),
        48.0,
        {},
        photo(thumbnail),
        photo(thumbnail),
    )


def run(sources: int, *, name: str = "lobby", alerts: int = 500) -> Run:
    report = SourceReport(f"/footage/{name}.mp4", "0" * 64, 60, True, 3, 9, 5, 4)
    return Run(
        id=1,
        threshold=0.5,
        near=0.4,
        threshold_from=name,
        sources=(report,) * sources,
        alerts=Alerts(tuple(alert(i) for i in range(alerts))),
        near_misses=Alerts(title="Near misses"),
        tracks=Tracks.of([]),
        settings={},
        started=datetime(2026, 1, 1, tzinfo=UTC),
        finished=None,
        listed=2,
    )


def test_what_is_absent_is_a_dash_and_nothing_is_nothing() -> None:
    assert show(None) == "–" and show("") == "" and show(0) == "0" and show(float("nan")) == "nan"


def test_signs_of_html_are_text() -> None:
    assert show(EVIL) == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert show(QUOTES) == "&quot;&#x27;&gt;&lt;img src=x onerror=alert(1)&gt;"


@pytest.mark.parametrize(("text", "shown"), [("a\u202egpj.exe", r"a\u202egpj.exe"), ("a\x00b\n", r"a\u0000b\u000a")])
def test_marks_that_turn_or_hide_text_are_made_visible(text: str, shown: str) -> None:
    assert show(text) == shown


@given(st.text(), st.integers(3, 60))
def test_shown_text_is_bounded_and_holds_no_tag(text: str, most: int) -> None:
    shown = show(text, most)
    assert size(shown) <= most and not set(shown) & set("<>\"'")
    assert not re.search(r"&(?!(amp|lt|gt|quot|#x27);)", shown)  # never cut within an entity


def test_long_text_ends_in_an_ellipsis_and_short_text_does_not() -> None:
    assert show("abcdef", 6) == "abcdef" and show("abcdefg", 6) == "abc…" and show("🦊" * 9, 12) == "🦊🦊…"


def test_the_pieces_escape_names_values_titles_and_pictures() -> None:
    for html in (
        facts({EVIL: EVIL}),
        table(EVIL, (EVIL,), [(EVIL, QUOTES)]),
        pictures([Card(b"x", QUOTES, (EVIL,), b"y")]),
        card(EVIL),
    ):
        assert "<script" not in html and "<img src=x" not in html and "alert(1)" in html


def test_a_picture_is_inside_the_page_and_named_by_what_it_is() -> None:
    assert data_uri(b"\x89PNG\r\n") == "data:image/png;base64,iVBORw0K" and data_uri(b"\xff\xd8").startswith(
        "data:image/jpeg"
    )


def test_cards_without_a_limit_are_all_shown() -> None:
    html = pictures([Card(photo(90_000), "Ada")] * 3)
    assert html.count("<img") == 3 and "more" not in html


def test_cards_beyond_the_room_are_counted() -> None:
    html = pictures([Card(photo(3000), "Ada")] * 5, more=7, room=13_000)
    assert html.count("<img") == 3 and html.count("<b>Ada</b>") == 3 and "<p>and 9 more</p>" in html


def test_where_no_picture_fits_the_words_are_still_there() -> None:
    html = pictures([Card(photo(90_000), "Ada", ("score 0.7",), photo(9))] * 2, room=13_000)
    assert html.count("<img") == 0 and html.count("score 0.7") == 2 and "more" not in html


OUTPUTS = {
    "an empty list": watchlist(0),
    "a list": watchlist(3, thumbnail=3000),
    "a list of 10,000 with large thumbnails": watchlist(10_000),
    "a list of hostile names": watchlist(200, name=QUOTES * 8, text=EVIL * 90),
    "a list of emoji": watchlist(200, name="🦊" * 60, text="🦊" * 900),
    "no alert": Alerts(),
    "alerts": Alerts(tuple(alert(i, thumbnail=3000) for i in range(3))),
    "500 alerts with large thumbnails": Alerts(tuple(alert(i) for i in range(500))),
    "500 alerts with huge thumbnails": Alerts(tuple(alert(i, thumbnail=200_000) for i in range(500))),
    "hostile alerts": Alerts(tuple(alert(i, name=EVIL * 20) for i in range(500))),
    "a run": run(1),
    "a run over 500 sources": run(500, name=QUOTES * 8),
}


@pytest.mark.parametrize("name", OUTPUTS)
def test_an_output_is_bounded_escaped_whole_and_fetches_nothing(name: str) -> None:
    html = OUTPUTS[name]._repr_html_()
    assert size(html) < LIMIT
    assert "<script" not in html.lower() and "onerror=alert" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert not re.search(r"https?://|url\(|@import", html)
    assert set(re.findall(r'src="([a-z]*:)', html)) <= {"data:"}
    for tag in ("section", "ul", "li", "table", "div", "dl", "p", "b"):
        assert len(re.findall(f"<{tag}[ >]", html)) == html.count(f"</{tag}>"), tag


def test_a_subject_called_script_is_text() -> None:
    html = (
        watchlist(1, name=EVIL, thumbnail=10)._repr_html_() + Alerts((alert(1, name=EVIL, thumbnail=10),))._repr_html_()
    )
    assert f"Is this {show(EVIL)} 1?" in html and "<script" not in html


def test_small_lists_show_every_face() -> None:
    assert watchlist(3, thumbnail=3000)._repr_html_().count("<img") == 3
    assert Alerts(tuple(alert(i, thumbnail=3000) for i in range(3)))._repr_html_().count("<img") == 6


def test_what_is_left_out_is_counted() -> None:
    shown = OUTPUTS["a list of 10,000 with large thumbnails"]._repr_html_().count("<img")
    assert 1 <= shown < 18
    assert f"and {10_000 - shown:,} more" in OUTPUTS["a list of 10,000 with large thumbnails"]._repr_html_()
    assert "and 490 more" in OUTPUTS["500 alerts with large thumbnails"]._repr_html_()
    assert "and 488 more" in run(500)._repr_html_() and "more" not in run(12)._repr_html_()


def test_a_list_of_ten_thousand_is_shown_at_once() -> None:
    long = watchlist(10_000, thumbnail=10)
    assert repr(long) == "Watchlist(10,000 people, 10,000 references, minifix 2-d, 10,000 images rejected)"
    assert len(long.to_frame()) == 10_000


def test_an_unfinished_run_says_so() -> None:
    assert "unfinished" in run(1)._repr_html_() and repr(run(1)).endswith("unfinished)")
    done = replace(run(1), finished=datetime(2026, 1, 1, tzinfo=UTC))
    assert "unfinished" not in done._repr_html_() + repr(done)
    assert "ends early, 3 damaged frames" in done._repr_html_()


def test_a_table_is_named_after_its_card_and_two_cards_may_each_have_one_of_a_name() -> None:
    pair = [card(title, table("Footage", ("file",), [("role=region",)])) for title in ("One <b>", 'role="region"')]
    assert 'role="region" aria-label="One &lt;b&gt;: Footage"' in pair[0]
    assert 'role="region" aria-label="role=&quot;region&quot;: Footage"' in pair[1]


def test_a_row_has_a_name_where_no_column_has_one() -> None:
    assert "<thead>" not in (about := table("About", ("", ""), [("purpose", "a search")]))
    assert '<th scope="row">purpose</th><td>a search</td>' in about
    named = table("Files", ("file", "faces"), [("a.mp4", 3)])
    assert '<th scope="col">file</th><th scope="col" class="n">faces</th>' in named
    assert '<td>a.mp4</td><td class="n">3</td>' in named
