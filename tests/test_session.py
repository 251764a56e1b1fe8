"""Sessions run on the provider that was asked for, or say why not."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.errors import PackError, ProviderError
from workbench.models import session as sessions
from workbench.models.cores import physical_cores, quota, usable_cpus
from workbench.models.session import available_providers, open_session, probe, provider_names, smallest_model


@pytest.fixture(autouse=True)
def no_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(sessions.PROVIDER_VARIABLE, raising=False)


def test_a_model_runs_from_bytes_and_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "doubling.onnx").write_bytes(smallest_model())
    for model in (smallest_model(), tmp_path / "doubling.onnx"):
        opened = open_session(model)
        assert opened.run(None, {"x": np.float32([1, 2])})[0].tolist() == [2, 4]
        assert opened.get_providers() == ["CPUExecutionProvider"]


def test_threads_are_ours() -> None:
    options = open_session(smallest_model(), threads=3).get_session_options()
    assert (options.intra_op_num_threads, options.inter_op_num_threads) == (3, 1)
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert open_session(smallest_model()).get_session_options().intra_op_num_threads == physical_cores()


def test_short_and_full_names_mean_the_same_and_the_cpu_comes_last() -> None:
    assert provider_names(["cuda"]) == provider_names(["CUDAExecutionProvider"]) == provider_names("CUDA")
    assert provider_names(["cpu"]) == provider_names() == ("CPUExecutionProvider",)
    assert provider_names([]) == ("CPUExecutionProvider",)


def test_the_environment_may_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sessions.PROVIDER_VARIABLE, "coreml, cpu")
    assert provider_names() == ("CoreMLExecutionProvider", "CPUExecutionProvider")
    assert provider_names(["cpu"]) == ("CPUExecutionProvider",)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ProviderError, match="no provider 'gpuu'; choose one of coreml, cpu"):
        provider_names(["gpuu"])


def test_asking_for_what_is_not_there_is_one_line_with_advice(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ProviderError, match=r"RknpuExecutionProvider was asked for.*--provider cpu") as caught:
        open_session(smallest_model(), providers=["RknpuExecutionProvider"])
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_probe_says_what_ran() -> None:
    assert probe("cpu") == "CPUExecutionProvider"
    assert "CPUExecutionProvider" in available_providers()


class _Turncoat:
    """A runtime that offers CUDA and then runs on the CPU, as the real one does when a driver library is missing."""

    def __init__(self, breaks: bool = False) -> None:
        self.breaks = breaks

    def get_available_providers(self) -> list[str]:
        return ["CUDAExecutionProvider", "CPUExecutionProvider"]

    def __getattr__(self, name: str) -> Any:
        import onnxruntime

        return getattr(onnxruntime, name)

    def InferenceSession(self, model: Any, options: Any, **asked: Any) -> Any:
        import onnxruntime

        if self.breaks:
            raise RuntimeError("libcudnn.so.9: cannot open shared object file\nmore")
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("breaks", [False, True])
def test_cuda_that_turns_out_to_be_the_cpu_is_an_error(monkeypatch: pytest.MonkeyPatch, breaks: bool) -> None:
    monkeypatch.setattr(sessions, "_runtime", lambda: _Turncoat(breaks))
    with pytest.raises(ProviderError, match=r"CUDAExecutionProvider was asked for.*onnxruntime-gpu") as caught:
        open_session(smallest_model(), providers=["cuda"])
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_model_is_a_pack_error(tmp_path: Path) -> None:
    (tmp_path / "broken.onnx").write_bytes(b"no model")
    with pytest.raises(PackError, match=r"broken\.onnx is not an ONNX model") as caught:
        open_session(tmp_path / "broken.onnx")
    assert "\n" not in str(caught.value)


def _topology(folder: Path, core_of: dict[int, int]) -> Path:
    for cpu, core in core_of.items():
        place = folder / f"cpu{cpu}" / "topology"
        place.mkdir(parents=True)
        (place / "physical_package_id").write_text("0\n")
        (place / "core_id").write_text(f"{core}\n")
    return folder


def test_hyperthread_twins_count_once(tmp_path: Path) -> None:
    cpus = sorted(usable_cpus())
    assert physical_cores(_topology(tmp_path / "twins", dict.fromkeys(cpus, 7)), tmp_path) == 1
    apart = {cpu: index for index, cpu in enumerate(cpus)}
    assert physical_cores(_topology(tmp_path / "apart", apart), tmp_path) == len(cpus)


def test_a_containers_quota_bounds_the_cores(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("50000 100000\n")
    assert quota(tmp_path) == 0.5
    assert physical_cores(cgroup=tmp_path) == 1
    (tmp_path / "cpu.max").write_text("max 100000\n")
    assert quota(tmp_path) is None


def test_the_older_cgroup_files_are_read_too(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("150000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert quota(tmp_path) == 1.5
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("-1\n")
    assert quota(tmp_path) is None
