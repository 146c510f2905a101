"""Machines that lack something: one clear line, and the other platforms keep working.

Libraries are hidden from copies of OpenMM's; NVIDIA's driver is a fake one that has no GPU, is too old, and so on.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from openmmoscillators import stumbles
from openmmoscillators._plugin import plugin_directory

PLUGINS = Path(plugin_directory())
FAKE_DRIVER = Path(__file__).parents[1] / "support" / "FakeCudaDriver.cpp"
CHECK = """
import json
from openmmoscillators.installation import check_platforms
print(json.dumps([check.as_dict() for check in check_platforms()]))
"""


def _is_installed(distribution: str) -> bool:
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


needs_cuda = pytest.mark.skipif(
    not (PLUGINS / "libOpenMMOscillatorsCUDA.so").exists() or shutil.which("g++") is None,
    reason="needs g++ and openmm-oscillators[cuda13]",
)
needs_opencl = pytest.mark.skipif(
    not (PLUGINS / "libOpenMMOscillatorsOpenCL.so").exists(), reason="the OpenCL platform was not built"
)


@pytest.fixture(scope="module")
def without_opencl(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Variables of an environment with an OpenCL library but no driver, which is checked fastest."""
    return {"OCL_ICD_VENDORS": str(tmp_path_factory.mktemp("no-vendors"))}


@pytest.fixture(scope="module")
def cuda_drivers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders with a fake libcuda.so.1, recent and old."""
    folders = {}
    for name, option in (("recent", "-UFAKE_CUDA_BEFORE_12_5"), ("old", "-DFAKE_CUDA_BEFORE_12_5")):
        folders[name] = tmp_path_factory.mktemp(name)
        library = str(folders[name] / "libcuda.so.1")
        flags = ["-std=c++17", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", option]
        subprocess.run(["g++", *flags, str(FAKE_DRIVER), "-o", library], check=True)
    return folders


def run(arguments: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


def problem_of(platform: str, variables: dict[str, str]) -> str:
    """The only line about a platform that cannot be used, after checking that the CPU platform can be."""
    done = run(["-c", CHECK], variables)
    assert done.returncode == 0, done.stderr
    checks = json.loads(done.stdout)
    assert [check["problem"] for check in checks if check["platform"] == "CPU"] == ["", "", ""]
    (found,) = [check for check in checks if check["platform"] == platform]
    assert found["precision"] == "any"
    assert found["problem"] == " ".join(found["problem"].split())
    return found["problem"]


def hide(library: str, from_library: str, folder: Path) -> dict[str, str]:
    """Variables of an environment in which one of OpenMM's plugins looks for a library that does not exist."""
    for source in (PLUGINS.parent, PLUGINS):
        copy = folder / source.relative_to(PLUGINS.parent)
        copy.mkdir(exist_ok=True)
        for file in source.glob("*.so"):
            (copy / file.name).symlink_to(file)
    patched = folder / "plugins" / from_library
    content = patched.read_bytes()
    patched.unlink()
    assert content.count(library.encode() + b"\0") == 1
    patched.write_bytes(content.replace(library.encode() + b"\0", library[:-1].encode() + b"X\0"))
    return {"OPENMM_PLUGIN_DIR": str(folder / "plugins")}


@needs_opencl
def test_no_opencl_library(tmp_path: Path) -> None:
    variables = hide("libOpenCL.so.1", "libOpenMMOpenCL.so", tmp_path)
    assert problem_of("OpenCL", variables).startswith("there is no OpenCL library (Debian: ocl-icd-libopencl1")


@needs_opencl
def test_no_opencl_driver(without_opencl: dict[str, str]) -> None:
    assert problem_of("OpenCL", without_opencl) == "OpenMM finds no OpenCL driver"
    done = run(["-m", "openmmoscillators.cli", "info"], without_opencl)
    assert done.returncode == 0
    assert done.stdout.count("OpenCL: not usable: OpenMM finds no OpenCL driver\n") == 1
    done = run(["-m", "openmmoscillators.cli", "benchmark", "--platform", "opencl"], without_opencl)
    assert done.returncode == 1
    assert done.stderr.endswith("Reference: OpenMM finds no OpenCL driver\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not (PLUGINS / "libOpenMMCUDA.so").exists(), reason="OpenMM-CUDA is not installed")
def test_no_nvidia_driver(tmp_path: Path, without_opencl: dict[str, str]) -> None:
    variables = hide("libcuda.so.1", "libOpenMMCUDA.so", tmp_path)
    assert problem_of("CUDA", {**without_opencl, **variables}).startswith("there is no NVIDIA driver (libcuda.so.X")


@needs_cuda
@pytest.mark.parametrize(
    ("variable", "problem"),
    [
        ("FAKE_CUDA_INIT=100", "there is no GPU that CUDA can use (Error initializing CUDA: CUDA_ERROR_NO_DEVICE"),
        ("FAKE_CUDA_INIT=803", "the parts of the NVIDIA driver have different versions: restart the machine ("),
        ("FAKE_CUDA_MODULE_LOAD=222", "the NVIDIA driver is older than CUDA: update it, or pip install OpenMM"),
        ("FAKE_CUDA_CAPABILITY=30", "the GPU is older than CUDA supports: pip install OpenMM-CUDA-12 may help ("),
    ],
)
def test_cuda_that_does_not_work(
    cuda_drivers: dict[str, Path], without_opencl: dict[str, str], tmp_path: Path, variable: str, problem: str
) -> None:
    name, value = variable.split("=")
    variables = {"LD_LIBRARY_PATH": str(cuda_drivers["recent"]), "TMPDIR": str(tmp_path), name: value}
    assert problem_of("CUDA", {**without_opencl, **variables}).startswith(problem)


@needs_cuda
@pytest.mark.skipif(not _is_installed("OpenMM-CUDA-13"), reason="only CUDA 13 needs more than that driver has")
def test_a_driver_that_ends_the_process(cuda_drivers: dict[str, Path], without_opencl: dict[str, str]) -> None:
    problem = problem_of("CUDA", {**without_opencl, "LD_LIBRARY_PATH": str(cuda_drivers["old"])})
    assert problem.startswith("the NVIDIA driver is older than CUDA")
    assert "undefined symbol: cuCtxCreate_v4" in problem


@needs_cuda
def test_a_gpu_that_computes_nothing_is_found_out(
    cuda_drivers: dict[str, Path], without_opencl: dict[str, str], tmp_path: Path
) -> None:
    variables = {**without_opencl, "LD_LIBRARY_PATH": str(cuda_drivers["recent"]), "TMPDIR": str(tmp_path)}
    done = run(["-m", "openmmoscillators.cli", "info"], variables)
    assert done.stdout.count("CUDA mixed: FAILED: forces differ by 1.0e+00") == 1, done.stdout


def test_platforms_that_nobody_has_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stumbles, "plugin_directory", lambda: "/nowhere")
    monkeypatch.setattr(stumbles, "supporting_platforms", lambda: ["Reference"])
    for platform in stumbles.DEVICE_PLATFORMS:
        assert stumbles.why_absent(platform).startswith(f"OpenMM has no {platform} platform here: pip install")


def test_errors_are_explained_in_one_line() -> None:
    said = "Error initializing CUDA: CUDA_ERROR_NO_DEVICE (100) at /a/b/CudaContext.cpp:889\nand more"
    assert stumbles.explain(said) == (
        "there is no GPU that CUDA can use (Error initializing CUDA: CUDA_ERROR_NO_DEVICE (100))"
    )
    assert stumbles.explain("Particle coordinate is NaN") == "Particle coordinate is NaN"
    assert stumbles.explain("") == "OpenMM gives no reason"
