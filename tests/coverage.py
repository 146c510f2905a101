"""What the tests reach, room by room: python tests/coverage.py BUILD-FOLDER COVERAGE.JSON [--files SHARE]

From the repository's folder, after the tests of C++ in a build folder of the preset coverage, and those of Python with
``pytest --cov --cov-report=json:COVERAGE.JSON``; see docs/testing.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_ROOMS = ("plugin", "platforms", "serialization")


@dataclass
class Source:
    """How often each line was run, and each branch was taken: by line, and by line and index."""

    lines: Counter = field(default_factory=Counter)
    branches: Counter = field(default_factory=Counter)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("python", type=Path)
    parser.add_argument("--files", type=float, default=0, help="name files of which less is reached, in %%")
    arguments = parser.parse_args()
    sources = _cpp_sources(arguments.build)
    rooms = defaultdict(list)
    for path, source in sorted(sources.items()):
        rooms["/".join(Path(path).parent.parts[:2])].append(source)
    print("| room | lines | branches |\n|---|---|---|")
    for room, members in rooms.items():
        print(f"| `{room}` | {_show(*_reached(members, 'lines'))} | {_show(*_reached(members, 'branches'))} |")
    found = json.loads(arguments.python.read_text())
    totals = found["totals"]
    lines = _show(totals["covered_lines"], totals["num_statements"])
    print(f"| `python` | {lines} | {_show(totals['covered_branches'], totals['num_branches'])} |")
    shares = {path: _reached([source], "lines") for path, source in sources.items()}
    for path, file in found["files"].items():
        shares[path] = (file["summary"]["covered_lines"], file["summary"]["num_statements"])
    for path, (reached, total) in shares.items():
        if 100 * reached < arguments.files * total:
            print(f"{path}: {_show(reached, total)}")


def _show(reached: int, total: int) -> str:
    return f"{reached} of {total}, {100 * reached / max(total, 1):.1f} %"


def _reached(sources: list[Source], kind: str) -> tuple[int, int]:
    counts = [count for source in sources for count in getattr(source, kind).values()]
    return sum(count > 0 for count in counts), len(counts)


def _cpp_sources(build: Path) -> dict[str, Source]:
    """Of the libraries; branches that only an exception of a called function takes are left out."""
    sources: dict[str, Source] = defaultdict(Source)
    for room in _ROOMS:
        for notes in (build / room).rglob("*.gcno"):
            for file in _gcov(notes):
                path = Path(file["file"]).resolve()
                if path.is_relative_to(Path.cwd()) and path.relative_to(Path.cwd()).parts[0] in _ROOMS:
                    _add(sources[str(path.relative_to(Path.cwd()))], file["lines"])
    return sources


def _gcov(notes: Path) -> Iterator[dict]:
    command = ["gcov", "--json-format", "--branch-probabilities", "--stdout", str(notes.resolve())]
    said = subprocess.run(command, cwd=notes.parent, check=True, capture_output=True, text=True).stdout
    for line in said.splitlines():
        found = json.loads(line)
        folder = found["current_working_directory"]
        yield from ({**file, "file": str(Path(folder) / file["file"])} for file in found["files"])


def _add(source: Source, lines: list[dict]) -> None:
    for line in lines:
        source.lines[line["line_number"]] += line["count"]
        for k, branch in enumerate(line["branches"]):
            if not branch["throw"]:
                source.branches[line["line_number"], k] += branch["count"]


main()
