"""Analytics: two packs on the same passes, the list's health, conditions, and the figures that show them."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

import workbench as wb
from widgets import analytics
from widgets.figure_words import points_in_words
from widgets.figures import FOLLOW, GROUNDS, INKS, STRANGER, Drawing, shaped
from workbench.conditions import stretches
from workbench.errors import InputError
from workbench.faces import Space
from workbench.list_health import list_health
from workbench.watchlist import Entry, Reference, Watchlist

EVIL = "<script>alert(1)</script>"


def trials(pack: str = "old", shift: float = 0.0, people: int = 60, **about: object) -> wb.Trials:
    """Two passes each of 20 listed people and of the rest, who are strangers; scores climb with the row."""
    passes = 2 * people
    who, mated = np.arange(passes) // 2, np.arange(passes) < passes // 3
    score = np.where(mated, 0.5, 0.1) + 0.4 * np.arange(passes) / passes + shift
    made = wb.Trials.of(
        score[mated], score[~mated], watchlist=20, pack=pack, space=f"{pack} 8-d (0)",
        mated_subject=who[mated].astype(str), nonmated_subject=who[~mated].astype(str), mated_rank=np.ones(mated.sum()),
        source=np.array([f"{n}.png" for n in range(passes)]), face_px=np.linspace(30, 150, passes),
    )  # fmt: skip
    return replace(made, **about)  # type: ignore[arg-type]


# two packs


def test_a_pack_that_scores_higher_breaks_the_old_threshold() -> None:
    change = wb.compare_packs(trials(), trials("new", 0.3), fpir=0.05)
    assert change.holds is False and change.kept.fpir > 0.5 and change.kept.threshold == change.before.threshold
    assert change.after.false_alerts <= change.before.false_alerts
    said = change.sentences()[0]
    assert said.startswith("at the old threshold 0.4") and "5.0 % was promised: it does not hold" in said
    assert "a threshold belongs to one pack" in said


def test_the_rank_that_counts_at_the_old_point_counts_for_both_packs() -> None:
    old, new = trials(), trials("new")
    second = np.where(np.arange(len(new)) < 10, 2.0, new.true_rank)  # ten passes in which somebody else comes first
    new = replace(new, true_rank=np.where(new.is_mated, second, np.nan))
    point = old.curve(within=1).at(threshold=0.3)
    change = wb.compare_packs(old, new, point=point)
    assert (change.found.only_old, change.found.only_new) == (10, 0) and change.kept.returned == point.returned - 10
    assert change.before.within == change.kept.within == change.after.within == 1
    assert "on the list within rank 1, old" in change.sentences()[0]
    assert wb.compare_packs(old, new, point=old.curve().at(threshold=0.3)).found.only_old == 0


def test_a_pack_that_scores_lower_keeps_the_promise_only_if_enough_people_show_it() -> None:
    few = wb.compare_packs(trials(), trials("new", -0.3), fpir=0.05)
    assert few.holds is None and "too few to say whether it keeps that" in few.sentences()[0]
    many = wb.compare_packs(trials(people=600), trials("new", -0.3, people=600), fpir=0.05)
    assert many.holds is True


def test_passes_are_matched_by_their_source_and_the_rest_is_said() -> None:
    old, new = trials(), trials("new")
    change = wb.compare_packs(old, new[::-1][:100], fpir=0.1)
    assert change.old.source.tolist() == change.new.source.tolist() and change.left_out == 20  # type: ignore[union-attr]
    assert any(said.startswith("20 passes that only one") for said in change.sentences())
    assert change.found.only_old == change.found.only_new == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda new: replace(new, source=None), "without the source of each pass"),
        (lambda new: replace(new, source=np.char.add("x", new.source)), "share no pass"),
        (lambda new: replace(new, is_mated=~new.is_mated, true_score=new.score), "different lists"),
    ],
)
def test_trials_that_are_not_of_the_same_passes_are_refused(change: object, words: str) -> None:
    with pytest.raises(InputError, match=words):
        wb.compare_packs(trials(), change(trials("new")), fpir=0.1)  # type: ignore[operator]


def test_a_point_of_the_other_pack_and_no_point_at_all_are_refused() -> None:
    old, new = trials(), trials("new")
    with pytest.raises(InputError, match="give the older pack first"):
        wb.compare_packs(old, new, point=new.curve().at(threshold=0.4))
    with pytest.raises(InputError, match="either the operating point in use, or a target"):
        wb.compare_packs(old, new)


def test_a_promise_for_a_list_of_another_length_is_scaled_and_said() -> None:
    old, new = trials(people=600), trials("new", -0.3, people=600)
    point = replace(old.curve().at(fpir=0.05), watchlist=2_000)
    change = wb.compare_packs(old, new, point=point)
    assert change.before.target == pytest.approx(1 - 0.95 ** (20 / 2_000)) and change.holds is None
    assert "0.051 % was promised" in change.sentences()[0] and ": it keeps that" not in change.sentences()[0]
    assert any(
        said.startswith(
            "5.0 % was promised for a list of 2,000 people; these passes met one of 20, for which that is 0.051 %"
        )
        for said in change.sentences()
    )
    same = wb.compare_packs(old, new, point=old.curve().at(fpir=0.05))
    assert same.scaled == "" and same.holds is True and same.before.target == 0.05


def test_what_was_promised_for_a_list_of_nobody_says_nothing_of_a_longer_one() -> None:
    old, new = trials(), trials("new")
    change = wb.compare_packs(old, new, point=replace(old.curve().at(fpir=0.05), watchlist=0))
    assert change.before.target is None and "for which nothing follows from that" in change.scaled


def test_what_is_no_point_is_refused() -> None:
    with pytest.raises(InputError, match=r"is an operating point, as trials\.curve\(\)\.at"):
        wb.compare_packs(trials(), trials("new"), point=3)  # type: ignore[arg-type]


# conditions


def test_stretches_that_lie_close_together_have_names_of_their_own() -> None:
    given = trials()
    close = replace(given, quality=np.linspace(0.501, 0.504, len(given)))
    labels = {each.label for each in stretches(close, "quality", 0.55)}
    assert labels == {"0.5010 to 0.5018", "0.5018 to 0.5025", "0.5025 to 0.5032", "0.5032 to 0.5040"}


def test_rates_by_face_size_have_counts_and_people() -> None:
    parts = stretches(trials(), "face size", 0.55)
    assert [(p.label, p.kind, p.passes, p.people) for p in parts][:2] == [
        ("30 px to 60 px", "mated", 30, 15),
        ("60 px to 90 px", "mated", 10, 5),
    ]
    assert parts[0].low <= parts[0].rate <= parts[0].high and np.isnan(parts[1].rate)


def test_a_condition_that_was_not_recorded_says_what_records_it() -> None:
    with pytest.raises(
        InputError, match="do not record the quality of a pass; an evaluation of labelled pictures and a case do"
    ):
        stretches(trials(), "quality", 0.5)
    with pytest.raises(InputError, match="no condition 'ethnicity'; choose one of face size, quality, time"):
        stretches(trials(), "ethnicity", 0.5)


# the list


def watchlist(*directions: tuple[float, ...], expires: date | None = None) -> Watchlist:
    names = [f"p{k}" for k in range(len(directions) - 1)] + [EVIL]
    rows = np.array(directions, np.float32)
    return Watchlist(
        tuple(Entry(name, image_date=date(2019, 1, 1), expires=expires) for name in names),
        tuple(Reference(name, f"{name}/1.jpg", name, 80, 0.9) for name in names),
        rows / np.linalg.norm(rows, axis=1, keepdims=True),
        Space("0" * 64, rows.shape[1], "old"),
    )


def strangers(watch: Watchlist, *best: int) -> wb.Trials:
    """One stranger a row, whose best candidate is that entry."""
    given = wb.Trials.of([], np.full(len(best), 0.3), watchlist=len(watch), space=watch.space.mark)
    return replace(given, candidate=np.array([watch.subjects[row] for row in best]))


def test_an_entry_that_attracts_more_strangers_than_chance_is_called_a_hub() -> None:
    watch = watchlist((1, 0, 0), (0, 1, 0), (0, 0, 1))
    even, drawn = strangers(watch, *[0, 1, 2] * 10), strangers(watch, *[0] * 25, 1, 1, 1, 2, 2)
    assert not any(e.hub for e in list_health(watch, alike=0.9, trials=even, today=date(2026, 1, 1)).entries)
    found = list_health(watch, alike=0.9, trials=drawn, today=date(2026, 1, 1))
    assert [(e.attracts, e.hub) for e in found.entries] == [(25, True), (3, False), (2, False)]
    assert "1 of 3 attract more strangers than chance (expected 10.0 each): p0" in found.sentences()


@pytest.mark.parametrize(("size", "draws", "known"), [(80, 1, True), (80, 1, False), (20, 10, True), (200, 2, True)])
def test_chance_makes_no_hub_where_draws_held_a_part_of_the_list(size: int, draws: int, known: bool) -> None:
    rng, called = np.random.default_rng(7), 0
    watch = watchlist(*np.eye(400, 401))
    names = np.array(watch.subjects)
    for _ in range(12):
        parts = []
        best_of = rng.random((300, 400))  # how alike each stranger is to each entry, in whatever draw
        for draw in range(draws):
            held = rng.choice(400, size, replace=False)
            some = rng.choice(300, 200, replace=False)
            best = held[best_of[np.ix_(some, held)].argmax(axis=1)]
            score = best_of[some, best] * 0.5
            one = wb.Trials.of(np.full(size * known, 0.9), score, watchlist=size, space=watch.space.mark,
                               mated_subject=names[held][: size * known], nonmated_subject=[f"s{n}" for n in some])  # fmt: skip
            parts.append(
                replace(
                    one,
                    candidate=np.concatenate([names[held][: size * known], names[best]]),
                    repeat=np.full(len(one), draw),
                )
            )
        found = list_health(watch, alike=0.9, trials=wb.Trials.concat(parts), today=date(2026, 1, 1))
        called += any(each.hub for each in found.entries)
    assert called <= 2


def test_a_few_strangers_say_nothing_about_an_entry() -> None:
    watch = watchlist((1, 0, 0), (0, 1, 0), (0, 0, 1))
    found = list_health(watch, alike=0.9, trials=strangers(watch, *[0] * 9), today=date(2026, 1, 1))
    assert not found.entries[0].hub and "9 of 10 strangers asked" in found.sentences()[-1]
    assert len(analytics.health(found).data) == 1  # the resemblance, and no bars


def test_look_alikes_old_photos_and_expired_entries_are_named() -> None:
    watch = watchlist((1, 0, 0), (1, 0.1, 0), (0, 0, 1), expires=date(2025, 12, 31))
    found = list_health(watch, alike=0.9, today=date(2026, 1, 1))
    assert [e.nearest for e in found.entries[:2]] == ["p1", "p0"] and found.entries[0].resemblance > 0.99
    said = " ".join(found.sentences())
    assert "2 of 3 look like another entry" in said and "3 of 3 have no photo newer than 5 years" in said
    assert (
        "3 of 3 have expired" in said
        and "which entries attract strangers is too few to say: 0 of 10 strangers asked" in said
    )
    assert "&lt;script&gt;" in found._repr_html_() and EVIL not in found._repr_html_()


def test_trials_of_another_space_or_another_list_are_refused() -> None:
    watch = watchlist((1, 0), (0, 1))
    with pytest.raises(InputError, match="evaluate with the list's pack"):
        list_health(watch, alike=0.9, trials=trials(), today=date(2026, 1, 1))
    other = replace(strangers(watch, 0), candidate=np.array(["nobody"]))
    with pytest.raises(InputError, match="name 'nobody', who is not on this list"):
        list_health(watch, alike=0.9, trials=other, today=date(2026, 1, 1))


def test_a_list_of_one_has_no_nearest_other_entry() -> None:
    (only,) = list_health(watchlist((1, 0)), alike=0.9, today=date(2026, 1, 1)).entries
    assert only.nearest == "" and np.isnan(only.resemblance)


# figures


def figures() -> dict[str, Drawing]:
    given, watch = trials(), watchlist((1, 0, 0), (0, 1, 0), (0, 0, 1))
    health = list_health(watch, alike=0.9, trials=strangers(watch, *[2] * 20, 1, 0), today=date(2026, 1, 1))
    return {
        "cmc": analytics.cmc(given),
        "scores": analytics.scores(given),
        "conditions": analytics.conditions(given, "face size", 0.5),
        "health": analytics.health(health),
        "packs": analytics.packs(wb.compare_packs(given, trials("new", 0.1), fpir=0.1)),
    }


@pytest.mark.parametrize("name", ["cmc", "scores", "conditions", "health", "packs"])
def test_a_figure_asks_a_question_and_says_what_the_answer_rests_on(name: str) -> None:
    figure = figures()[name]
    assert figure.question.endswith("?")
    assert re.search(r"\d+ (of|passes|people|entries)", " ".join(figure.caption)), figure.caption
    assert EVIL not in figure.to_json()


def test_a_notebook_shows_the_question_the_figure_and_the_caption_as_text_that_wraps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    monkeypatch.setattr("plotly.graph_objects.Figure._ipython_display_", lambda _: shown.append({"figure": ""}))
    figure = figures()["health"]
    figure._ipython_display_()
    assert [list(each) for each in shown] == [["text/html", "text/plain"], ["figure"], ["text/html", "text/plain"]]
    assert figure.question in shown[0]["text/html"] and "<br>" not in shown[2]["text/html"]
    assert EVIL in shown[2]["text/plain"] and EVIL not in shown[2]["text/html"]


def test_in_voila_a_figure_draws_itself_and_the_first_brings_plotly_along(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle["text/html"]))
    monkeypatch.setattr("widgets.drawn._pages", set())
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    figure = figures()["health"]
    figure._ipython_display_()
    figure._ipython_display_()
    assert len(shown) == 6 and len(shown[1]) > 1_000_000 > 100_000 > len(shown[4])
    assert "</script" not in shown[4].removesuffix("</script>") and "http" not in shown[4]


def test_too_few_people_give_a_sentence_and_no_line() -> None:
    for figure in (analytics.cmc(trials(people=9)), analytics.conditions(trials(people=9), "face size", 0.5)):
        assert not figure.data
        assert figure.caption[0].startswith("Too few to say: ")


def test_a_saved_figure_fetches_nothing(tmp_path: Path) -> None:
    text = analytics.save_figure(analytics.cmc(trials(), theme="dark"), tmp_path / "cmc.html").read_text("utf-8")
    assert (
        "<main>" in text and "How far down the candidate list" in text.partition("<h1")[2] and "95 % by person" in text
    )
    assert len(text) > 1_000_000 and not re.search(r'<(script|link)[^>]+(src|href)="http', text)


def test_a_figure_says_in_words_what_the_mouse_finds_at_each_point() -> None:
    words = points_in_words(analytics.cmc(trials(), ranks=2))
    assert words.count("<li") == 2
    assert re.search(r">within rank 1: [\d,]+ of 40 .*%", words) and re.search(r">within rank 2: ", words)
    named = go.Figure(go.Scatter(x=[0.25, np.nan], y=["Bo &lt;b&gt;<br>Wren", "Cy"], hovertemplate="%{y}: %{x:.1~g}<extra>old</extra>"))  # fmt: skip
    assert re.findall(r"<li[^>]*>(.*?)</li>", points_in_words(named)) == ["old: Bo &lt;b&gt; Wren: 0.2"]


def test_a_cloud_of_dots_and_a_figure_without_points_are_told_by_their_captions() -> None:
    cloud = go.Scatter(x=list(range(61)), y=list(range(61)), hovertemplate="%{x}<extra></extra>")
    assert points_in_words(go.Figure(cloud)) == points_in_words(go.Figure()) == ""


def contrast(ink: str, ground: str) -> float:
    """The ratio of WCAG 2.2 between two colours like #12181f."""
    shades = [[int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)] for colour in (ink, ground)]
    linear = [[c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in each] for each in shades]
    dark, light = sorted(float(np.dot([0.2126, 0.7152, 0.0722], each)) for each in linear)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [{}, {"theme": "light"}, {"theme": "dark"}])
def test_text_stands_out_from_the_ground_that_the_figure_brings(theme: dict[str, str]) -> None:
    layout = analytics.cmc(trials(), **theme).layout
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(layout.font.color, layout.paper_bgcolor) >= 4.5


def test_the_page_s_rules_find_the_colours_of_a_figure_that_follows_it() -> None:
    layout = analytics.cmc(trials()).layout
    found = re.findall(r"rgb\((\d+), (\d+), (\d+)\)", FOLLOW)
    named = {f"#{int(red):02x}{int(green):02x}{int(blue):02x}" for red, green, blue in found}
    assert named == {layout.font.color, layout.paper_bgcolor, STRANGER.lower()}
    assert not named & {INKS[theme] for theme in ("light", "dark")} and layout.paper_bgcolor != GROUNDS["light"]


def test_a_line_without_a_colour_is_seen_on_light_and_on_dark() -> None:
    line = shaped(go.Figure().add_vline(1).add_vline(2, line_color="#ff0000"), "q?", ["c"]).layout.shapes
    assert line[1].line.color == "#ff0000"
    assert all(contrast(line[0].line.color, ground) >= 3 for ground in ("#ffffff", "#212121"))


def test_a_theme_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="choose page, light or dark"):
        analytics.cmc(trials(), theme="pink")


def test_the_engine_does_not_load_plotly() -> None:
    code = "import sys, widgets, workbench.pack_change, workbench.list_health; print('plotly' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
