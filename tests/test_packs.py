"""Packs are found by name, folder or zip; nothing altered, unsafe or half there is opened."""

import hashlib
import json
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from typer.testing import CliRunner

from tests.conftest import MINIFIX, here
from workbench.cli_models import app
from workbench.errors import InputError, PackError, WorkbenchError
from workbench.models import packs
from workbench.models.archives import Bounds, unpack
from workbench.models.known import licence_of
from workbench.models.packs import add_pack, card_of, fetch_pack, list_packs, load_pack, pack_names
from workbench.models.routing import role_of, route, routes
from workbench.models.sources import Download


def model(path: Path, shape: list[Any], outputs: dict[str, list[int]] | None = None, inputs: int = 1) -> Path:
    """An ONNX file whose input has `shape`: with `outputs` it returns zeros of those shapes, without it averages its colours."""
    from onnx import TensorProto, helper

    given = [helper.make_tensor_value_info(f"in{i}", TensorProto.FLOAT, shape) for i in range(inputs)]
    if outputs:
        nodes = [
            helper.make_node("ConstantOfShape", [f"shape_{name}"], [name], name=f"Zeros_{name}") for name in outputs
        ]
        sizes = [helper.make_tensor(f"shape_{n}", TensorProto.INT64, [len(s)], s) for n, s in outputs.items()]
    else:
        nodes = [helper.make_node("ReduceMean", ["in0"], ["out"], axes=[2, 3], keepdims=0, name="Mean")]
        outputs, sizes = {"out": [shape[0], 3]}, []
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, size in outputs.items()]
    graph = helper.make_graph(nodes, "tiny", given, made, initializer=sizes)
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(whole.SerializeToString())
    return path


def detector(path: Path) -> Path:
    """A detector of fixed size that never finds anybody."""
    cells = {8: 128, 16: 32, 32: 8}
    return model(
        path,
        [1, 3, 64, 64],
        {f"{what}{s}": [n, w] for what, w in (("s", 1), ("b", 4), ("k", 10)) for s, n in cells.items()},
    )


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A pack of the right shape that recognises nobody, with models beside it that must never be opened."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    detector(folder / "det.onnx")
    model(folder / "rec.onnx", ["batch", 3, 112, 112])
    model(folder / "genderage.onnx", [1, 3, 96, 96])
    (folder / "LICENSE.txt").write_text("as you like")
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SECOND_LOOK_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("SECOND_LOOK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "packs"


def zipped(folder: Path, inside: str = "") -> Path:
    archive = folder.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for path in sorted(folder.iterdir()):
            opened.write(path, inside + path.name)
    return archive


def test_roles_are_told_by_shape(tmp_path: Path) -> None:
    expected = {
        "a_det.onnx": "detection",
        "b_rec.onnx": "recognition",
        "c_landmark.onnx": "landmarks",
        "d_genderage.onnx": "age and gender",
        "e_swap.onnx": "face swap",
        "f_other.onnx": "unknown",
    }
    detector(tmp_path / "a_det.onnx")
    for name, side in zip(sorted(expected)[1:], (112, 192, 96, 128, 100), strict=True):
        model(tmp_path / name, [1, 3, side, side], inputs=2 if "swap" in name else 1)
    assert routes(tmp_path) == expected
    assert route(tmp_path).files == (tmp_path / "a_det.onnx", tmp_path / "b_rec.onnx")


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"\xff" * 100)
    with pytest.raises(PackError, match=r"broken\.onnx is not an ONNX model"):
        role_of(tmp_path / "broken.onnx")


def test_an_empty_folder_says_that_it_is_empty(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"it needs a detection and a recognition model, and has no \.onnx file"):
        load_pack(tmp_path)


def test_a_folder_is_loaded_and_runs_at_its_fixed_size(tiny: Path) -> None:
    pack = load_pack(tiny)
    assert pack.card.name == "tiny" and pack.space.dim == 3 and set(pack.card.files) == {"det.onnx", "rec.onnx"}
    assert "not stated" in pack.card.licence and pack.card.start is None
    assert len(pack.detect(np.zeros((90, 160, 3), np.uint8))) == 0
    chip = np.zeros((1, 112, 112, 3), np.uint8)
    chip[..., 0] = 255
    assert pack.embed(chip)[0] == pytest.approx(
        [0.577, -0.577, -0.577], abs=1e-3
    )  # red first: (255 - 127.5) / 127.5 = 1


@pytest.mark.parametrize("batch", [1, 4])
def test_a_model_with_a_fixed_batch_is_fed_in_such_batches(tiny: Path, batch: int) -> None:
    model(tiny / "rec.onnx", [batch, 3, 112, 112])
    chips = np.random.default_rng(1).integers(0, 255, (6, 112, 112, 3), np.uint8)
    fixed = load_pack(tiny).embed(chips)
    model(tiny / "rec.onnx", ["batch", 3, 112, 112])
    assert fixed.shape == (6, 3) and np.allclose(fixed, load_pack(tiny).embed(chips), atol=1e-6)


@pytest.mark.parametrize("inside", ["", "tiny/"])
def test_a_zip_is_opened_once_into_the_cache(tiny: Path, inside: str, tmp_path: Path) -> None:
    archive = zipped(tiny, inside)
    assert load_pack(archive).space == load_pack(tiny).space == load_pack(str(archive)).space
    assert len(list((tmp_path / "cache" / "opened").iterdir())) == 1


def test_an_added_pack_is_there_by_name_without_what_guesses_age(tiny: Path, home: Path) -> None:
    card = add_pack(tiny, licence="ours", origin="here")
    assert (card.licence, card.origin) == ("ours", "here") and "could not be checked" in card.notes[-1]
    assert sorted(p.name for p in (home / "tiny").iterdir()) == ["LICENSE.txt", "det.onnx", "pack.json", "rec.onnx"]
    assert [p.name for p in home.iterdir()] == ["tiny"]
    shutil.rmtree(tiny)
    assert load_pack("tiny").card == card == card_of("tiny", check=True)
    assert pack_names() == ["dlib", "tiny"] and [c.name for c in list_packs()] == ["dlib", "tiny"]


def test_a_zip_can_be_added_under_another_name(tiny: Path) -> None:
    assert add_pack(zipped(tiny, "deep/"), "other").name == "other"
    assert load_pack("other").space.pack == "other"


def test_nothing_is_overwritten(tiny: Path, home: Path) -> None:
    add_pack(tiny)
    before = (home / "tiny" / "pack.json").read_bytes()
    with pytest.raises(InputError, match="there is a pack tiny already; choose another with --name"):
        add_pack(tiny, licence="another")
    assert (home / "tiny" / "pack.json").read_bytes() == before


@pytest.mark.parametrize("name", ["dlib", "../up", "", ".hidden", "a b"])
def test_some_names_are_not_to_be_had(tiny: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot name a pack"):
        add_pack(tiny, name or "/")


def test_a_pack_that_does_not_load_is_not_added(tiny: Path, home: Path) -> None:
    (tiny / "rec.onnx").unlink()
    with pytest.raises(PackError, match="needs a detection and a recognition model"):
        add_pack(tiny)
    assert list(home.iterdir()) == []


def test_a_path_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no folder or zip"):
        add_pack(tmp_path / "nowhere")


def test_an_altered_file_is_refused(tiny: Path, home: Path) -> None:
    add_pack(tiny)
    model(home / "tiny" / "rec.onnx", [1, 3, 112, 112])
    for act in (load_pack, lambda name: card_of(name, check=True)):
        with pytest.raises(PackError, match=r"tiny/rec\.onnx was altered: its SHA-256 is"):
            act("tiny")


def test_a_file_that_pack_json_does_not_list_is_refused(tiny: Path, home: Path) -> None:
    add_pack(tiny)
    detector(home / "tiny" / "a_first.onnx")
    with pytest.raises(PackError, match=r"a_first\.onnx was altered: .* says nothing of this file"):
        load_pack("tiny")


def test_pack_json_prescribes_normalisation_threshold_and_smallest_face(tiny: Path) -> None:
    start = {"score": 0.3, "fpir": 0.01, "listed": 5, "measured_on": "us", "stranger": 0.1}
    said = {"normalisation": {"mean": 0, "std": 1}, "start": start, "smallest_face": 40, "licence": "L"}
    plain = load_pack(tiny)
    (tiny / "pack.json").write_text(json.dumps(said))
    pack = load_pack(tiny)
    assert vars(pack.card.start) == start and pack.card.smallest_face == 40 and pack.card.licence == "L"
    assert pack.space != plain.space and pack.embed(np.ones((1, 112, 112, 3), np.uint8)).min() > 0


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        "[]",
        '{"files": []}',
        '{"files": {"rec.onnx": []}}',
        '{"start": {"score": 1}}',
        '{"normalisation": {"mean": 0}}',
        "[" * 100_000,
        '{"smallest_face": "abc"}',
        '{"smallest_face": -3}',
        '{"smallest_face": Infinity}',
        '{"smallest_face": NaN}',
        '{"smallest_face": [1]}',
        f'{{"smallest_face": 1{"0" * 400}}}',
        '{"notes": 5}',
        '{"notes": "a sentence"}',
        '{"start": 5}',
        '{"start": {"score": "high", "fpir": 0.1, "listed": 2, "measured_on": "us"}}',
        '{"start": {"score": NaN, "fpir": 0.1, "listed": 2, "measured_on": "us"}}',
        '{"start": {"score": 0.3, "fpir": 0.1, "listed": 2, "measured_on": "us", "stranger": "far"}}',
    ],
    ids=lambda said: said[:40],
)
def test_a_broken_pack_json_is_one_line(tiny: Path, said: str) -> None:
    (tiny / "pack.json").write_text(said)
    for act in (load_pack, card_of):
        with pytest.raises(PackError, match=r"tiny/pack\.json") as caught:
            act(tiny)
        assert "\n" not in str(caught.value)


def test_a_pack_json_may_leave_things_out(tiny: Path) -> None:
    (tiny / "pack.json").write_text('{"smallest_face": null, "start": null, "notes": [], "normalisation": null}')
    assert load_pack(tiny).card.smallest_face == 32 and card_of(tiny).start is None


ODD = ['{"mean": 0, "std": 0}', '{"mean": 0, "std": -1}', '{"mean": NaN, "std": 1}', '{"mean": 0, "std": NaN}']


@pytest.mark.parametrize("said", [*ODD, '{"mean": Infinity, "std": 1}', '{"mean": 0, "std": Infinity}', "5"])
def test_a_normalisation_that_makes_no_numbers_is_refused(tiny: Path, said: str) -> None:
    (tiny / "pack.json").write_text(f'{{"normalisation": {said}}}')
    with pytest.raises(
        PackError, match=r"tiny/pack\.json: normalisation needs a mean and a std, both numbers, the std ab"
    ):
        load_pack(tiny)


def recogniser(path: Path, *last: str, axes: tuple[int, ...] = (2, 3), keepdims: int = 0, channels: int = 3) -> Path:
    """A recogniser that averages, and then calculates each of `last` with what it has twice."""
    from onnx import TensorProto, helper

    names = ["mean", *(f"n{i}" for i in range(len(last)))]
    nodes = [helper.make_node("ReduceMean", ["in0"], ["mean"], axes=list(axes), keepdims=keepdims)]
    nodes += [helper.make_node(op, [old, old], [new]) for op, old, new in zip(last, names, names[1:], strict=False)]
    given = helper.make_tensor_value_info("in0", TensorProto.FLOAT, ["batch", channels, 112, 112])
    shape = ["batch", channels, *[1] * (2 * keepdims)]
    graph = helper.make_graph(
        nodes, "odd", [given], [helper.make_tensor_value_info(names[-1], TensorProto.FLOAT, shape)]
    )
    whole = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(whole.SerializeToString())
    return path


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The detector finds nobody: two built-in faces are put in by hand."""
    chips = np.random.default_rng(2).integers(0, 255, (2, 112, 112, 3), np.uint8)
    monkeypatch.setattr("workbench.models.measuring.sample_faces", lambda pack: chips)


@pytest.mark.parametrize("last", [["Sub"], ["Sub", "Div"]], ids=["of length 0", "not finite"])
def test_a_recogniser_whose_templates_compare_with_nothing_is_not_added(
    tiny: Path, home: Path, seen: None, last: list[str]
) -> None:
    recogniser(tiny / "rec.onnx", *last)
    with pytest.raises(PackError, match=r"tiny makes no template of 2 of 2 faces .*get the pack again"):
        add_pack(tiny)
    assert list(home.iterdir()) == []


def odd_detector(path: Path) -> Path:
    """Nine outputs, as a detector has, and each of a shape that none has."""
    return model(path, [1, 3, 64, 64], {f"o{i}": [1, 3, 1, 1] for i in range(9)})


def test_a_pack_whose_models_are_of_odd_shapes_is_not_added_in_one_line(tiny: Path, home: Path) -> None:
    recogniser(tiny / "rec.onnx", keepdims=1)
    with pytest.raises(
        PackError, match=r"tiny: its recogniser makes no row of numbers a face, but \(1, 3, 1, 1\); take"
    ):
        add_pack(tiny)
    recogniser(tiny / "rec.onnx", channels=1)
    with pytest.raises(PackError, match=r"tiny does not work as a pack: .*INVALID_ARGUMENT.*; get it again") as caught:
        add_pack(tiny)
    assert "\n" not in str(caught.value)
    recogniser(tiny / "rec.onnx")
    odd_detector(tiny / "det.onnx")
    with pytest.raises(PackError, match=r"tiny does not work as a pack: .*dimension.*; get it again"):
        add_pack(tiny)
    assert list(home.iterdir()) == []


def test_insightface_own_manifest_is_followed(tiny: Path) -> None:
    tasks = {
        "detection": {"file": "det.onnx"},
        "recognition": {"file": "rec.onnx", "preprocessing": {"mean": 0.0, "std": 1.0}, "embedding_dimension": 3},
    }
    said = {"manifest_version": 2, "model_id": "tiny", "license": "MODEL.LICENSE", "tasks": tasks}
    (tiny / "manifest.json").write_text(json.dumps(said))
    assert load_pack(tiny).embed(np.ones((1, 112, 112, 3), np.uint8)).min() > 0
    tasks["recognition"]["sha256"] = "0" * 64
    (tiny / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(PackError, match=r"manifest\.json cannot be used"):
        load_pack(tiny)


def test_an_unknown_name_comes_with_a_suggestion() -> None:
    with pytest.raises(PackError, match=r"did you mean buffalo_l\?.*known: dlib; fetchable: buffalo_l"):
        load_pack("bufalo_l")
    with pytest.raises(PackError, match="get it with: workbench models fetch buffalo_s"):
        load_pack("buffalo_s")


def test_licences_are_never_rounded_up() -> None:
    research, apache = (
        "5e4447f50245bbd7966bd6c0fa52938c61474a04ec7def48753668a9d8b4ea3a",
        "a7933ea5330113b01c9b60351d8f4c33003f145d8470ac5f0e52ee2effe25c60",
    )
    both = licence_of({"det.onnx": research, "rec.onnx": apache})
    assert "det.onnx: non-commercial" in both and "rec.onnx: Apache-2.0" in both
    assert licence_of({"rec.onnx": apache}) == "Apache-2.0"
    assert "not stated" in licence_of({"rec.onnx": "0" * 64})


def hostile(path: Path, name: str, body: bytes = b"x", mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        member.compress_type = zipfile.ZIP_DEFLATED
        opened.writestr(member, body)
    return path


@pytest.mark.parametrize(
    ("name", "mode", "body", "words"),
    [
        ("../out.onnx", 0, b"x", "leaves the folder"),
        ("/out.onnx", 0, b"x", "leaves the folder"),
        ("a/../../out.onnx", 0, b"x", "leaves the folder"),
        ("..\\out.onnx", 0, b"x", "leaves the folder"),
        ("C:/out.onnx", 0, b"x", "leaves the folder"),
        ("link.onnx", stat.S_IFLNK | 0o777, b"/etc/passwd", "a link or a device"),
        ("pipe.onnx", stat.S_IFIFO | 0o777, b"", "a link or a device"),
        ("bomb.onnx", 0, bytes(10**6), "swells more than 200 times"),
    ],
)
def test_an_unsafe_zip_is_not_opened(tmp_path: Path, name: str, mode: int, body: bytes, words: str) -> None:
    archive = hostile(tmp_path / "unsafe.zip", name, body, mode)
    with pytest.raises(PackError, match=words) as caught:
        load_pack(archive)
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "cache").rglob("*.onnx")) and not (tmp_path / "out.onnx").exists()


def test_a_zip_has_bounds(tmp_path: Path) -> None:
    archive = hostile(tmp_path / "large.zip", "a.onnx", b"0123456789")
    for bounds, words in (
        (Bounds(members=0), "holds 1 files"),
        (Bounds(one=5), "more than 0 MiB"),
        (Bounds(total=5), "unpacks to"),
    ):
        with pytest.raises(PackError, match=words):
            unpack(archive, tmp_path / "out", bounds)
    assert not (tmp_path / "out").exists()


def test_a_zip_that_lies_about_a_size_is_not_opened(tmp_path: Path) -> None:
    archive = hostile(tmp_path / "liar.zip", "a.onnx", b"0123456789" * 50)
    data = bytearray(archive.read_bytes())
    at = data.rfind(b"PK\x01\x02") + 24  # uncompressed size in the table
    data[at : at + 4] = (20).to_bytes(4, "little")
    archive.write_bytes(data)
    with pytest.raises(PackError, match=r"liar\.zip is not a zip that can be opened"):
        unpack(archive, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_was_damaged_on_its_way_is_one_line(tmp_path: Path, how: int) -> None:
    rng, archive = np.random.default_rng(3), tmp_path / "broken.zip"
    for _ in range(30):
        with zipfile.ZipFile(archive, "w", how) as opened:
            opened.writestr("a.onnx", rng.integers(0, 40, 6000, np.uint8).tobytes())
        data = bytearray(archive.read_bytes())
        at = int(rng.integers(60, len(data) - 200))
        data[at : at + 2] = bytes(255 - byte for byte in data[at : at + 2])
        archive.write_bytes(data)
        with pytest.raises(
            PackError, match=r"broken\.zip is not a zip that can be opened .* download it again"
        ) as caught:
            unpack(archive, tmp_path / "out")
        assert "\n" not in str(caught.value) and not (tmp_path / "out").exists()


@pytest.mark.parametrize("broken", [UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), IndexError("out of range")])
def test_whatever_a_damaged_zip_raises_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    def opened(*_: object) -> None:
        raise broken

    monkeypatch.setattr("zipfile.ZipFile", opened)
    with pytest.raises(PackError, match=r"x\.zip is not a zip that can be opened"):
        unpack(tmp_path / "x.zip", tmp_path / "out")


def test_weights_outside_of_a_model_are_refused_for_its_hash_does_not_cover_them(tiny: Path) -> None:
    apart = onnx.load(tiny / "rec.onnx")
    apart.graph.initializer.append(onnx.numpy_helper.from_array(np.ones(9, np.float32), "weights"))
    place = {"save_as_external_data": True, "location": "weights.bin", "size_threshold": 0}
    onnx.save_model(apart, str(tiny / "apart.onnx"), **place)
    assert (tiny / "weights.bin").exists()
    with pytest.raises(PackError, match=r"apart\.onnx keeps weights in another file"):
        role_of(tiny / "apart.onnx")


def test_what_is_no_zip_says_so(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"no zip at all")
    with pytest.raises(PackError, match=r"no\.zip is not a zip that can be opened"):
        load_pack(tmp_path / "no.zip")


@pytest.fixture
def web(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Addresses that `fetch_pack` can reach; the downloading itself is tested in test_fetch."""
    reachable = {"https://example.org/tiny.zip": zipped(tiny)}

    def download(what: Download, folder: Path, progress: object = None) -> Path:
        if what.url not in reachable:
            raise PackError(f"{what.url} cannot be fetched (no route to host)")
        folder.mkdir(parents=True)
        return Path(shutil.copy(reachable[what.url], folder))

    monkeypatch.setattr(packs, "download", download)
    return reachable


def test_a_fetched_pack_is_added_and_its_download_removed(web: dict[str, Path], tmp_path: Path) -> None:
    (url, archive), *_ = web.items()
    sha = hashlib.sha256(archive.read_bytes()).hexdigest()
    card = fetch_pack("mine", url=url, sha256=sha)
    assert card.name == "mine" and card.origin == url and load_pack("mine").card == card
    assert not any((tmp_path / "cache" / "downloads").iterdir())


def test_another_address_needs_a_hash(web: dict[str, Path]) -> None:
    with pytest.raises(InputError, match=r"nobody here vouches for .*: give --sha256"):
        fetch_pack("mine", url=next(iter(web)))


def test_a_hash_that_contradicts_the_known_one_is_refused(web: dict[str, Path]) -> None:
    with pytest.raises(InputError, match=r"buffalo_s\.zip is known to have the SHA-256 d85a87f5.*leave --sha256 out"):
        fetch_pack("buffalo_s", sha256="0" * 64)


def test_without_a_line_one_message_says_what_to_do(web: dict[str, Path]) -> None:
    with pytest.raises(
        PackError, match=r"no route to host.*by hand: download https://github\.com.*buffalo_s\.zip"
    ) as caught:
        fetch_pack("buffalo_s")
    assert "workbench models add buffalo_s.zip" in str(caught.value) and "\n" not in str(caught.value)


def test_a_name_that_nobody_knows_cannot_be_fetched(web: dict[str, Path]) -> None:
    with pytest.raises(PackError, match="did you mean antelopev2"):
        fetch_pack("antelope")


def run(*arguments: str, error: bool = False) -> Any:
    result = CliRunner().invoke(app, list(arguments))
    assert isinstance(result.exception, WorkbenchError) if error else result.exit_code == 0, result.output
    return result


def test_the_commands_speak_json_alone_on_stdout(tiny: Path, web: dict[str, Path]) -> None:
    (url, archive), *_ = web.items()
    added = run("add", str(tiny), "--licence", "ours", "--origin", "here", "--json")
    assert json.loads(added.stdout)["licence"] == "ours" and "measuring" in added.stderr
    sha = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert json.loads(run("fetch", "mine", "--url", url, "--sha256", sha, "--json").stdout)["name"] == "mine"
    listed = json.loads(run("list", "--json").stdout)
    assert [pack["name"] for pack in listed["packs"]] == ["dlib", "mine", "tiny"]
    assert [pack["name"] for pack in listed["fetchable"]] == ["buffalo_l", "buffalo_s", "antelopev2", "auraface"]
    assert json.loads(run("show", "tiny", "--json").stdout)["files"].keys() == {"det.onnx", "rec.onnx"}


def test_a_broken_pack_hides_no_other_from_the_list(tiny: Path, home: Path) -> None:
    add_pack(tiny)
    (home / "empty").mkdir()
    shutil.copytree(home / "tiny", home / "spoilt")
    (home / "spoilt" / "pack.json").write_text('{"notes": 5}')
    assert [card.name for card in list_packs()] == ["dlib", "tiny"]
    lines = [line.split(maxsplit=2) for line in run("list").stdout.splitlines()]
    assert [(name, state) for name, state, _ in lines[:4]] == [
        ("dlib", "here"),
        ("tiny", "here"),
        ("empty", "broken"),
        ("spoilt", "broken"),
    ]
    assert "has no .onnx file" in lines[2][2] and "notes need to be a list" in lines[3][2]
    said = json.loads(run("list", "--json").stdout)
    assert [pack["name"] for pack in said["packs"]] == ["dlib", "tiny"]
    assert [each["name"] for each in said["broken"]] == ["empty", "spoilt"] and "pack.json" in said["broken"][1][
        "reason"
    ]


def test_the_commands_speak_to_people_too(tiny: Path) -> None:
    assert "loading and measuring" in run("add", str(tiny), "--name", "small").stderr
    shown = run("show", "small").stdout
    assert "licence" in shown and "starting threshold not measured" in shown and "narrower ones are tracked" in shown
    listed = run("list").stdout
    assert "small          here" in listed and "antelopev2     to fetch   non-commercial research only" in listed
    run("show", "nobody", error=True)


@pytest.mark.parametrize("command", ["list", "show", "add", "fetch"])
def test_every_command_helps_with_an_example(command: str) -> None:
    assert f"Example: workbench models {command}" in run(command, "--help").stdout


@here
def test_minifix_can_be_added_and_keeps_what_is_known_of_it(home: Path) -> None:
    card = add_pack(MINIFIX)
    assert card.start is not None and card.start.listed == 20 and card.smallest_face == 32
    assert "7 built-in people" in card.notes[-1] and not any("WARNING" in note for note in card.notes)
    assert load_pack("minifix").card == card and load_pack("minifix").space == load_pack(MINIFIX).space
