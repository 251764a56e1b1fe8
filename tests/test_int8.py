"""A pack in whole numbers: near the one in float, never mixed with it, and the same file every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.command import call
from tests.conftest import MINIFIX, here
from tests.test_packs import detector, model, recogniser
from workbench.cast import shipped
from workbench.errors import PackError, SpaceMismatch
from workbench.faces import same_space
from workbench.footage import read_image
from workbench.models import quantized
from workbench.models.insightface import InsightFacePack
from workbench.models.int8 import is_int8, quantize
from workbench.models.packs import card_of, load_pack
from workbench.models.quantized import LIKE, likeness
from workbench.models.session import open_session
from workbench.thresholds import line_for


def network(path: Path, layers: int = 4) -> Path:
    """A recogniser of `layers` convolutions with weights drawn from a seed, four numbers long."""
    from onnx import TensorProto, helper, numpy_helper

    rng, nodes, weights, wide = np.random.default_rng(3), [], [], 3
    for number in range(layers):
        weight = rng.normal(0, 0.3, (4, wide, 3, 3)).astype(np.float32)
        weights.append(numpy_helper.from_array(weight, f"w{number}"))
        given = f"r{number - 1}" if number else "in0"
        nodes.append(
            helper.make_node("Conv", [given, f"w{number}"], [f"c{number}"], name=f"conv{number}", strides=[2, 2])
        )
        nodes.append(helper.make_node("Relu", [f"c{number}"], [f"r{number}"], name=f"relu{number}"))
        wide = 4
    nodes.append(helper.make_node("GlobalAveragePool", [f"c{layers - 1}"], ["pooled"], name="pool"))
    nodes.append(helper.make_node("Flatten", ["pooled"], ["out"], name="flat"))
    del nodes[-3]
    given = helper.make_tensor_value_info("in0", TensorProto.FLOAT, ["batch", 3, 112, 112])
    made = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["batch", 4])
    graph = helper.make_graph(nodes, "tiny", [given], [made], initializer=weights)
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(whole.SerializeToString())
    return path


def feeds() -> list[np.ndarray]:
    return list(np.random.default_rng(1).normal(0, 1, (4, 2, 3, 112, 112)).astype(np.float32))


def test_whole_numbers_give_nearly_the_same_and_the_same_file_every_time(tmp_path: Path) -> None:
    plain = network(tmp_path / "plain.onnx")
    quantize(plain, tmp_path / "a.onnx", feeds())
    quantize(plain, tmp_path / "b.onnx", feeds())
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()
    assert is_int8(tmp_path / "a.onnx") and not is_int8(plain)
    one, other = (open_session(tmp_path / f"{name}.onnx", threads=1) for name in ("plain", "a"))
    x = np.random.default_rng(2).normal(0, 1, (6, 3, 112, 112)).astype(np.float32)
    was, now = (session.run(None, {"in0": x})[0] for session in (one, other))
    assert 0 < np.abs(was - now).max() < 0.02 * np.abs(was).max()


def test_the_first_and_the_last_layer_stay_in_float(tmp_path: Path) -> None:
    import onnx

    quantize(network(tmp_path / "plain.onnx"), tmp_path / "a.onnx", feeds())
    graph = onnx.load(tmp_path / "a.onnx").graph
    made = {name: node.op_type for node in graph.node for name in node.output}
    weights = {node.name: made.get(node.input[1], "float") for node in graph.node if node.op_type == "Conv"}
    assert weights == {"conv0": "float", "conv1": "DequantizeLinear", "conv2": "DequantizeLinear", "conv3": "float"}


def test_a_network_that_cannot_gain_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="too small to gain from whole numbers: 2 of its operators multiply"):
        quantize(network(tmp_path / "plain.onnx", layers=2), tmp_path / "a.onnx", feeds())
    with pytest.raises(PackError, match="without pictures"):
        quantize(network(tmp_path / "plain.onnx"), tmp_path / "a.onnx", [])


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A pack whose detector finds nobody: the faces of the cast are put in by hand."""
    monkeypatch.setenv("SECOND_LOOK_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("SECOND_LOOK_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "tiny"
    folder.mkdir()
    detector(folder / "det.onnx")
    network(folder / "rec.onnx")
    (folder / "LICENSE.txt").write_text("as you like")
    yield folder


def faces(pack: InsightFacePack) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 255, (20, 112, 112, 3), np.uint8)


def test_the_new_pack_says_what_it_was_made_of_and_is_a_pack_like_any(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantized, "cast_chips", faces)
    (tiny / "pack.json").write_text(
        '{"licence": "ours", "smallest_face": 40, "normalisation": {"mean": 0, "std": 255}}'
    )
    said = call("models", "quantize", tiny, "--json")
    assert said.code == 0, said
    old, new = load_pack(tiny), load_pack("tiny-int8")
    assert card_of("tiny-int8", check=True) == new.card and said.json["name"] == "tiny-int8"
    assert set(new.card.files) == {"det.onnx", "rec-int8.onnx"} and new.card.licence == "ours"
    assert new.card.smallest_face == 40 and new.normalisation == old.normalisation  # type: ignore[attr-defined]
    notes = " ".join(new.card.notes)
    assert old.card.files["rec.onnx"] in notes and "onnxruntime 1." in notes and "20 pictures of 20 generated" in notes
    assert "found none of the built-in faces" in notes
    assert sorted(p.name for p in (tmp_path / "packs").iterdir()) == ["tiny-int8"]
    assert (tmp_path / "packs" / "tiny-int8" / "LICENSE.txt").exists()
    assert new.space != old.space and new.space.dim == old.space.dim == 4


def test_no_threshold_carries_over(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantized, "cast_chips", faces)
    start = '{"score": 0.3, "fpir": 0.01, "listed": 5, "measured_on": "us", "stranger": 0.1}'
    (tiny / "pack.json").write_text(f'{{"start": {start}}}')
    assert call("models", "quantize", tiny, "--out", tmp_path / "new").code == 0
    old, new = line_for(load_pack(tiny), None), line_for(load_pack(tmp_path / "new"), None)
    assert old.measured and old.threshold == 0.3
    assert not new.measured and "assumed" in new.source and "measure your own" in new.source


def test_what_cannot_be_is_said_in_one_line(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused_by = lambda *arguments: call("models", "quantize", *arguments).err.splitlines()[-1]  # noqa: E731
    assert "finds 0 of 80 generated faces" in refused_by(tiny)
    monkeypatch.setattr(quantized, "cast_chips", faces)
    assert call("models", "quantize", tiny).code == 0
    assert "tiny-int8 is int8 already: rec-int8.onnx" in refused_by("tiny-int8")
    assert "there is a pack tiny-int8 already" in refused_by(tiny)
    assert "is there already" in refused_by(tiny, "--out", tiny)
    assert "int8 is for packs in InsightFace's format" in refused_by("dlib")
    assert "there is no pack 'nobody'" in refused_by("nobody")
    assert "cannot be written" in refused_by(tiny, "--out", tiny / "LICENSE.txt" / "new")
    recogniser(tiny / "rec.onnx", "Sub", "Div")
    assert "tiny makes no template of 20 of 20 faces" in refused_by(tiny, "--name", "other")
    recogniser(tiny / "rec.onnx", channels=1)
    assert "tiny does not work as a pack: [ONNXRuntimeError]" in refused_by(tiny, "--name", "other")
    model(tiny / "rec.onnx", ["batch", 3, 112, 112])
    assert "too small to gain" in refused_by(tiny, "--name", "other")
    assert sorted(p.name for p in (tmp_path / "packs").iterdir()) == ["tiny-int8"]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[InsightFacePack, InsightFacePack]:
    """Minifix, and what is made of it with six of the cast."""
    folder, cast = tmp_path_factory.mktemp("int8") / "minifix-int8", shipped()
    few = replace(cast, portraits=dict(list(cast.portraits.items())[:6]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quantized, "shipped", lambda: few)
        quantized.quantize_pack(MINIFIX, out=folder)
    return InsightFacePack.load(MINIFIX), InsightFacePack.load(folder)


@here
def test_a_real_pack_stays_near_and_its_templates_are_never_mixed_with_the_old(
    pair: tuple[InsightFacePack, InsightFacePack],
) -> None:
    old, new = pair
    like = likeness(old, new)
    assert len(like) == 35 and like.mean() > LIKE and like.min() > 0.95
    assert f"{like.mean():.3f} on average" in " ".join(new.card.notes) and "WARNING" not in " ".join(new.card.notes)
    with pytest.raises(SpaceMismatch, match=r"the watchlist is minifix 128-d.*, the footage is minifix-int8"):
        same_space(old.space, new.space)


@here
def test_real_people_are_told_apart_as_well_as_before(
    pair: tuple[InsightFacePack, InsightFacePack], shared: Path
) -> None:
    """Twelve people of ORL, five portraits each: mean scores of one person's and of two people's move by less than 0.01."""
    people = sorted(path for path in (shared / "faces" / "orl").iterdir() if path.is_dir())[:12]
    chips, who = _portraits(pair[0], people)
    same = who[:, None] == who
    apart = [pack.embed(chips) @ pack.embed(chips).T for pack in pair]
    for mask in (same & ~np.eye(len(who), dtype=bool), ~same):
        assert abs(apart[0][mask].mean() - apart[1][mask].mean()) < 0.01
    assert np.sort(apart[1][~same])[-1] < np.median(apart[1][same])


def _portraits(pack: InsightFacePack, people: list[Path]) -> tuple[np.ndarray, np.ndarray]:
    found, who = [], []
    for number, person in enumerate(people):
        for file in sorted(person.iterdir())[:5]:
            image = np.pad(read_image(file).image, ((23, 23), (23, 23), (0, 0)), mode="edge")
            faces = pack.detect(image)
            if len(faces):
                found.append(pack.chips(image, faces[0])[0])
                who.append(number)
    return np.array(found), np.array(who)
