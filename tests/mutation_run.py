"""How much of a room's code its own tests hold: one thing is changed at a time, and some test has to fail.

    .venv/bin/python -m tests.mutation_run functions/programme

mutmut makes the changes (the mutants) in a copy of the tree below `build/mutants`, and runs for each one the
tests that reach it. It leaves out what is decorated, so in the copy `@property` stands as an assignment that
means the same. A mutant that no test reaches has survived. `equivalent_mutants.toml` names those that change
nothing anybody could notice; they count as survivors all the same.

Afterwards `mutmut browse` and `mutmut show MUTANT` answer in the copy.
"""

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

from mutmut.configuration import reset_config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

from infra import ROOT

COPIES = ROOT / "build" / "mutants"
EQUIVALENT = Path(__file__).with_name("equivalent_mutants.toml")
# What is neither code nor read by any test.
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "node_modules")
KILLED = {"killed", "timeout", "suspicious", "segfault", "caught by type check"}
SURVIVED = {"survived", "no tests"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """The tests that are to hold a room's code; `left_out` are those that look at the code itself."""

    tests: tuple[str, ...]
    left_out: tuple[str, ...] = ()


ROOMS = {
    # The renderer of reasons.
    "functions/i18n/reasons.py": Room(tests=("tests/i18n/test_reasons.py",)),
    "functions/programme": Room(tests=("tests/programme",)),
    "functions/storage": Room(
        # These are about the table alone, and what it does when an answer is lost.
        tests=(
            "tests/storage",
            *(f"tests/faults/test_{name}.py" for name in ("commit", "documents", "outbox", "runs")),
        ),
        # It lists the functions of a module; among mutants it finds more of them.
        left_out=("tests/storage/test_keys.py::test_the_map_lists_every_key_that_the_module_can_make",),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change: the function in which it was made, and the lines before and after."""

    function: str
    was: str
    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a room's mutants. `equivalent` are the survivors that are known to change nothing."""

    killed: int
    survivors: tuple[Mutant, ...]
    equivalent: tuple[Mutant, ...]
    seconds: float

    @property
    def made(self) -> int:
        """How many mutants there were."""
        return self.killed + len(self.survivors) + len(self.equivalent)

    @property
    def share(self) -> float:
        """The share of all mutants that were killed, in per cent."""
        return 100 * self.killed / self.made

    def __str__(self) -> str:
        return (
            f"{self.killed} of {self.made} mutants killed, {self.share:.1f} %; "
            f"{len(self.equivalent)} of the others change nothing; {self.seconds:.0f} s"
        )


class MutationError(Exception):
    """The run could not be made; the message is what mutmut said last."""


def run(room: str, *, processes: int = 2) -> Outcome:
    """Make the mutants of a room and hold its tests against each; raises MutationError when it can't."""
    began = time.monotonic()
    copy = COPIES / room.replace("/", "-").removesuffix(".py")
    _copy_tree(copy, room)
    command: list[str | Path] = [
        Path(sys.executable).with_name("mutmut"),
        "run",
        "--max-children",
        str(processes),
    ]
    with (copy / "mutmut.log").open("w", encoding="utf-8") as log:
        process = subprocess.run(  # noqa: S603 - a program of the environment
            command, cwd=copy, env=_environment(), stdout=log, stderr=subprocess.STDOUT, check=False
        )
    if process.returncode:
        said = (copy / "mutmut.log").read_text("utf-8").replace("\r", "\n")
        raise MutationError("\n".join(said.splitlines()[-30:]))
    return _outcome(copy, time.monotonic() - began)


def known_equivalents() -> dict[Mutant, str]:
    """Return the mutants that change nothing, each with the reason why it does not."""
    listed = tomllib.loads(EQUIVALENT.read_text("utf-8"))["equivalent"]
    return {
        Mutant(function=one["function"], was=one["was"], became=one["became"]): one["why"] for one in listed
    }


def without_decorators(source: str) -> str:
    """Return Python in which each single decorator stands as an assignment after its function."""
    lines = source.splitlines(keepends=True)
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda node: node.lineno, reverse=True):
        decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
        if len(decorators) != 1 or decorators[0] in ("staticmethod", "classmethod"):
            continue
        first, last = function.decorator_list[0].lineno - 1, function.end_lineno or function.lineno
        lines.insert(
            last, f"{' ' * function.col_offset}{function.name} = ({decorators[0]})({function.name})\n"
        )
        del lines[first : function.lineno - 1]
    return "".join(lines)


def _copy_tree(copy: Path, room: str) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(parents=True)
    beside = [path for path in ROOT.iterdir() if path.name != "build" and not path.name.startswith(".")]
    for path in beside:
        if path.is_dir():
            shutil.copytree(path, copy / path.name, ignore=NOT_COPIED)
        else:
            shutil.copy2(path, copy)
    code = copy / room
    for module in [code] if code.is_file() else code.rglob("*.py"):
        module.write_text(without_decorators(module.read_text("utf-8")), "utf-8")
    with (copy / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(_settings(room, [path.name for path in beside if path.is_dir()]))


def _settings(room: str, folders: Sequence[str]) -> str:
    """Return what mutmut is told: a list of texts is written in TOML as in Python."""
    left_out = [argument for test in ROOMS[room].left_out for argument in ("--deselect", test)]
    return "\n".join(
        (
            "",
            "[tool.mutmut]",
            "source_paths = ['functions']",
            f"only_mutate = {[room if room.endswith('.py') else f'{room}/*']}",
            f"also_copy = {sorted(set(folders) - {'functions', 'tests'})}",
            # The same examples each time; the emulator's half of a test says what moto's half says.
            "pytest_add_cli_args = ['-p', 'no:cacheprovider', '-p', 'no:xdist', '--hypothesis-profile=ci']",
            f"pytest_add_cli_args_test_selection = {[*ROOMS[room].tests, '-m', 'not emulator', *left_out]}",
            "use_git_change_detection = false",
            "",
        )
    )


def _environment() -> dict[str, str]:
    """Return the environment without what an outer pytest says to itself in it."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}


def _outcome(copy: Path, seconds: float) -> Outcome:
    with chdir(copy):
        reset_config()
        try:
            verdicts = list(_verdicts())
        finally:
            reset_config()
    lost = {status for _, status in verdicts} - KILLED - SURVIVED
    if lost:
        raise MutationError(f"some mutants were not tried to the end: {', '.join(sorted(lost))}")
    survivors = [mutant for mutant, status in verdicts if status in SURVIVED]
    known = known_equivalents()
    return Outcome(
        killed=len(verdicts) - len(survivors),
        survivors=tuple(mutant for mutant in survivors if mutant not in known),
        equivalent=tuple(mutant for mutant in survivors if mutant in known),
        seconds=seconds,
    )


def _verdicts() -> Iterator[tuple[Mutant, str]]:
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, exit_code in data.exit_code_by_key.items():
            status = status_by_exit_code[exit_code]
            diff = get_diff_for_mutant(name, path=path) if status in SURVIVED else ""
            yield Mutant(function=_function_in(name), was=_lines(diff, "-"), became=_lines(diff, "+")), status


def _function_in(mutant: str) -> str:
    """Return `module.Class.method` for mutmut's `module.xǁClassǁmethod__mutmut_3`."""
    return re.sub(r"__mutmut_\d+$", "", mutant).replace(".x_", ".").replace(".xǁ", ".").replace("ǁ", ".")


def _lines(diff: str, sign: str) -> str:
    found = (line for line in diff.splitlines() if line.startswith(sign) and not line.startswith(3 * sign))
    return " ".join(line[1:].strip() for line in found)


def _main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation_run", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--processes", type=int, default=2)
    wanted = parser.parse_args(arguments)
    outcome = run(wanted.room, processes=wanted.processes)
    for survivor in outcome.survivors:
        print(f"{survivor.function}\n    - {survivor.was}\n    + {survivor.became}")
    print(f"{wanted.room}: {outcome}")
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
