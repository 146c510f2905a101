# shellcheck shell=bash
# Sourced by the scripts: what the project needs on a machine, and the project's own Python environment, .venv.
# Everything here is skipped where it has been done before.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export PIP_DISABLE_PIP_VERSION_CHECK=1
python=.venv/bin/python
build_packages=(g++ cmake ninja-build python3-dev python3-venv libboost-math-dev libeigen3-dev libgtest-dev libhdf5-dev zlib1g-dev
                libhwy-dev librandom123-dev opencl-headers ocl-icd-libopencl1 pocl-opencl-icd)
# CUDA and HIP, otherwise wheels of their own, are tested if .venv has OpenMM-CUDA-13, say; that needs no GPU.
test_settings=(--config-settings=cmake.define.OSCILLATORS_BUILD_TESTS=ON
               --config-settings=cmake.define.OSCILLATORS_BUILD_CUDA=AUTO
               --config-settings=cmake.define.OSCILLATORS_BUILD_HIP=AUTO)
warnings_are_errors=--config-settings=cmake.define.OSCILLATORS_WARNINGS_AS_ERRORS=ON
fuzz_packages=(clang-14 libclang-rt-14-dev llvm-14)

# PoCL, the OpenCL that runs on processors, asks hwloc for the machine and aborts if that finds no memory, as where /sys is
# not mounted. Then hwloc is told.
if [[ ! -d /sys/devices/system/cpu ]]; then
    memory=$(awk '/^MemTotal:/ {printf "%.0f", $2 * 1024}' /proc/meminfo)
    export HWLOC_SYNTHETIC="numa:1(memory=$memory) core:$(nproc) pu:1"
fi

say() { printf '\n== %s\n' "$*"; }

# Installs the Debian packages that are missing, or says which ones are.
need_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "This is not Debian: please see to it that the equivalents of these are installed: $*"
        return
    fi
    local missing=() name
    for name in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    say "Installing Debian packages: ${missing[*]}"
    local as_root=()
    if ((EUID != 0)); then
        if ! sudo -n true 2>/dev/null; then
            echo "Packages are missing, and installing them needs root. Please run:"
            echo "    sudo apt-get install ${missing[*]}"
            exit 1
        fi
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" >/dev/null
}

# Creates .venv with what pyproject.toml requires for building, running and testing.
make_venv() {
    local stamp=.venv/requirements
    if [[ ! -x $python ]]; then
        say "Creating .venv"
        python3 -m venv .venv
    fi
    "$python" - >.venv/requirements.new <<'PYTHON'
try:
    import tomllib
except ModuleNotFoundError:
    from pip._vendor import tomli as tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)
wanted = project["build-system"]["requires"] + project["project"]["dependencies"]
wanted += project["project"]["optional-dependencies"]["test"]
print("\n".join(sorted(set(wanted))))
PYTHON
    if ! cmp -s .venv/requirements.new "$stamp"; then
        say "Installing Python packages into .venv"
        "$python" -m pip install -q -r .venv/requirements.new
        mv .venv/requirements.new "$stamp"
    fi
}

# Builds the C++ libraries and the Python extension, and installs the package into .venv.
#   install_package [option of pip]...
install_package() {
    local log=build/package.log status=0
    say "Building and installing into .venv (log: $log)"
    mkdir -p build
    "$python" -m pip install -v --no-build-isolation --no-deps . --config-settings=build-dir=build/package "$@" 2>&1 |
        tee "$log" |
        { grep --line-buffered -E '^ *\[[0-9]+/[0-9]+\] (Building|Linking|Generating)|error|warning:' || true; } || status=$?
    if ((status != 0)); then
        tail -n 40 "$log"
        exit 1
    fi
}
