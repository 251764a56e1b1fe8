"""One way to open an ONNX Runtime session: our threads, no spinning, and the provider that was asked for or an error."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import PackError, ProviderError
from workbench.models.cores import physical_cores

if TYPE_CHECKING:
    import onnxruntime

__all__ = ["PROVIDER_VARIABLE", "available_providers", "open_session", "probe", "provider_names", "smallest_model"]

PROVIDER_VARIABLE = "SECOND_LOOK_PROVIDER"
CPU = "CPUExecutionProvider"
SHORT = {
    "cpu": CPU,
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "directml": "DmlExecutionProvider",
    "dml": "DmlExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "migraphx": "MIGraphXExecutionProvider",
    "xnnpack": "XnnpackExecutionProvider",
}
ADVICE = {
    "CUDAExecutionProvider": "install onnxruntime-gpu without plain onnxruntime beside it, or use --provider cpu",
    "CoreMLExecutionProvider": "CoreML runs on macOS only; use --provider cpu",
}


def open_session(
    model: Path | bytes, *, providers: Sequence[str] | None = None, threads: int | None = None
) -> onnxruntime.InferenceSession:
    """A session that runs on the first of `providers`, or `ProviderError`.

    model : an .onnx file, or its bytes
    providers : short ("cpu", "cuda") or full names, first choice first; None is SECOND_LOOK_PROVIDER, and that unset, the CPU
    threads : for one inference; None is the physical cores that this process may use
    """
    runtime = _runtime()
    names = provider_names(providers)
    _require(names, tuple(runtime.get_available_providers()))
    try:
        session = runtime.InferenceSession(
            model if isinstance(model, bytes) else str(model),
            _options(runtime, threads),
            providers=list(names),
            enable_fallback=0,  # the fallback prints to stdout and runs on the CPU: both would be silent lies in a report
        )
    except Exception as error:  # ONNX Runtime raises a dozen unrelated classes, most of them from C++
        raise _refusal(model, names, error) from error
    _require(names[:1], tuple(session.get_providers())[:1])
    return session


def provider_names(providers: Sequence[str] | None = None) -> tuple[str, ...]:
    """Full provider names, the CPU last for the few operators that an accelerator lacks.

    >>> provider_names(["cuda"])
    ('CUDAExecutionProvider', 'CPUExecutionProvider')
    """
    if isinstance(providers, str):
        providers = [providers]
    if providers is None:
        providers = [part for part in os.environ.get(PROVIDER_VARIABLE, "").split(",") if part.strip()]
    names = [_full(part) for part in providers] or [CPU]
    return tuple(dict.fromkeys([*names, CPU]))


def available_providers() -> tuple[str, ...]:
    """Full names of the providers that the installed runtime offers; an offer is no promise, see `probe`."""
    return tuple(_runtime().get_available_providers())


def probe(provider: str) -> str:
    """Really run the smallest model there is on `provider`; says what ran, or raises `ProviderError`."""
    import numpy as np

    session = open_session(smallest_model(), providers=[provider], threads=1)
    session.run(None, {"x": np.ones(2, np.float32)})
    return ", ".join(session.get_providers())


def smallest_model() -> bytes:
    """A model that doubles two numbers."""
    from onnx import TensorProto, helper

    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [2]) for name in "xy")
    graph = helper.make_graph([helper.make_node("Add", ["x", "x"], ["y"])], "probe", [x], [y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


def _full(name: str) -> str:
    name = name.strip()
    if name.lower() in SHORT:
        return SHORT[name.lower()]
    if name.endswith("ExecutionProvider"):
        return name
    raise ProviderError(f"there is no provider {name!r}; choose one of {', '.join(sorted(SHORT))}")


def _require(asked: tuple[str, ...], got: tuple[str, ...]) -> None:
    for name in asked:
        if name not in got:
            advice = ADVICE.get(name, "use --provider cpu")
            raise ProviderError(f"{name} was asked for, but this machine offers {', '.join(got)}; {advice}")


def _refusal(model: Path | bytes, names: tuple[str, ...], error: Exception) -> PackError:
    said = str(error).strip().splitlines() or [type(error).__name__]
    if names[0] != CPU:
        return ProviderError(
            f"{names[0]} was asked for and did not start ({said[0]}); {ADVICE.get(names[0], 'use --provider cpu')}"
        )
    what = "a converted model" if isinstance(model, bytes) else model.name
    return PackError(f"{what} is not an ONNX model that this runtime reads ({said[0]}); fetch or add the pack again")


def _runtime() -> Any:
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # read when the library starts, so before its import
    import onnxruntime

    onnxruntime.set_default_logger_severity(3)
    return onnxruntime


def _options(runtime: Any, threads: int | None) -> Any:
    options = runtime.SessionOptions()
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = max(1, threads or physical_cores())
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return options
