"""The doctor finds what would break a first case, says what to do, and never falls ill itself."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from workbench import doctor
from workbench.doctor import Finding, checkup, to_text, worst
from workbench.errors import PackError, ProviderError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_LOOK_PACKS", str(tmp_path / "packs"))
    monkeypatch.setenv("SECOND_LOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SECOND_LOOK_PROVIDER", raising=False)


def found(findings: list[Finding], what: str) -> Finding:
    return next(finding for finding in findings if finding.what == what)


def test_a_healthy_machine_has_no_problem() -> None:
    findings = checkup()
    assert not [finding for finding in findings if finding.state == "problem"]
    assert found(findings, "python").state == "ok"
    assert "CPUExecutionProvider runs" in found(findings, "provider").found
    assert "public domain" in found(findings, "pack dlib").found
    topics = {finding.what for finding in findings}
    assert {"cores", "memory", "disk for packs", "disk for cache", "decode h264", "encode h264", "keyring"} <= topics
    assert found(findings, "read footage").found == "5 of 5 pictures"


def test_whatever_is_not_ok_comes_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: None)
    monkeypatch.setattr(doctor, "_codec", lambda name, mode: False)
    monkeypatch.setattr(doctor, "_memory_bytes", lambda: 2 * 10**9)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: SimpleNamespace(free=10**9))
    bad = [finding for finding in checkup() if finding.state != "ok"]
    assert {"numpy", "memory", "disk for packs", "decode h264", "encode h264"} <= {finding.what for finding in bad}
    assert all(finding.advice for finding in bad)


def test_text_and_json_carry_the_same() -> None:
    finding = Finding("disk", "warning", "2 GB free", "free some")
    assert to_text([finding]) == "warning  disk: 2 GB free\n         -> free some"
    assert finding.to_dict() == {"what": "disk", "state": "warning", "found": "2 GB free", "advice": "free some"}
    assert to_text([]) == ""


def test_the_worst_state_counts() -> None:
    ok, warning, problem = (Finding("x", state, "") for state in ("ok", "warning", "problem"))
    assert [worst([]), worst([ok]), worst([ok, warning]), worst([warning, problem, ok])] == [
        "ok",
        "ok",
        "warning",
        "problem",
    ]


@pytest.mark.parametrize("pair", doctor.RIVALS)
def test_packages_that_own_the_same_module_are_a_problem(
    monkeypatch: pytest.MonkeyPatch, pair: tuple[str, str]
) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: "1.0" if name in pair else None)
    (finding,) = doctor._rivals()
    assert finding.state == "problem" and all(name in finding.found for name in pair)
    monkeypatch.setattr(doctor, "_version", lambda name: "1.0" if name == pair[0] else None)
    assert list(doctor._rivals()) == []


def test_a_missing_package_is_a_problem_and_the_gpu_runtime_counts_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: "1.0" if name in ("onnxruntime-gpu", "numpy") else None)
    findings = list(doctor._packages())
    assert found(findings, "onnxruntime").state == found(findings, "numpy").state == "ok"
    assert found(findings, "insightface").advice == "python -m pip install insightface"


def test_an_altered_pack_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def altered(name: str, *, check: bool) -> None:
        raise PackError(f"{name}/rec.onnx was altered")

    monkeypatch.setattr("workbench.models.packs.pack_names", lambda: ["dlib", "mine"])
    monkeypatch.setattr("workbench.models.packs.card_of", altered)
    first, second = doctor._packs()
    assert (first.state, second.state) == ("problem", "problem") and "altered" in second.found
    assert "face_recognition_models" in first.advice and second.advice == "fetch or add it again"


def test_a_provider_that_is_offered_and_does_not_run_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    def probe(name: str) -> str:
        if name.startswith("CUDA"):
            raise ProviderError("no driver; use --provider cpu")
        return name

    offered = ("CUDAExecutionProvider", "AzureExecutionProvider", "CPUExecutionProvider")
    monkeypatch.setattr("workbench.models.session.available_providers", lambda: offered)
    monkeypatch.setattr("workbench.models.session.probe", probe)
    cuda, cpu = doctor._providers()
    assert (cuda.state, cpu.state) == ("warning", "ok") and "--provider cpu" in cuda.advice


def test_a_wish_that_cannot_be_met_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECOND_LOOK_PROVIDER", "coreml")
    monkeypatch.setattr("workbench.models.session.available_providers", lambda: ("CPUExecutionProvider",))
    first, second = doctor._providers()
    assert first.state == "problem" and "unset SECOND_LOOK_PROVIDER" in first.advice and second.state == "ok"


def test_a_full_disk_and_a_locked_folder_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda place: SimpleNamespace(free=10**9))
    assert {finding.state for finding in doctor._disk()} == {"warning"}
    assert "SECOND_LOOK_CACHE" in list(doctor._disk())[1].advice
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    assert all("not writable" in finding.advice for finding in doctor._disk())


def test_a_containers_memory_is_what_counts(tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    whole = doctor._memory_bytes(limit)
    limit.write_text("1000000000\n")
    assert doctor._memory_bytes(limit) == 10**9
    limit.write_text("max\n")
    assert doctor._memory_bytes(limit) == whole


def test_little_memory_and_one_core_are_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_memory_bytes", lambda: 2 * 10**9)
    monkeypatch.setattr("workbench.models.cores.physical_cores", lambda: 1)
    assert [next(doctor._memory()).state, next(doctor._cores()).state] == ["warning", "warning"]


def test_a_codec_that_is_not_there_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not doctor._codec("no such codec", "r")
    monkeypatch.setattr(doctor, "_codec", lambda name, mode: name != "libx264")
    assert [finding.state for finding in doctor._codecs()] == ["ok"] * 4 + ["warning"]


def test_footage_that_cannot_be_read_here_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.footage.container.av.open", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(doctor, "QUESTIONS", (doctor._footage,))
    (finding,) = checkup()
    assert (finding.what, finding.state) == ("footage", "problem")


def test_a_check_that_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def _some_question() -> Iterator[Finding]:
        raise ZeroDivisionError("by nothing")
        yield

    monkeypatch.setattr(doctor, "QUESTIONS", (_some_question,))
    (finding,) = checkup()
    assert finding == Finding(
        "some question", "problem", "the check itself failed: ZeroDivisionError: by nothing", "report this"
    )
