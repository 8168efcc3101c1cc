"""The `match` package: what it weighs, and how long a cold start waits for its imports."""

from collections.abc import Iterator

from tests.benchmarks.bench import Bench, seconds
from tests.benchmarks.goals import Finding, Table

LIMIT_SECONDS, LIMIT_MB = 0.8, 250
IMPORTS = ("the engine alone", "the door and the work of a match")


def run(bench: Bench) -> Iterator[Finding | Table]:
    """Build it, weigh it, start it a few times in fresh processes, and say what is heavy."""
    bench.tell("building the `match` package for this machine")
    folder = bench.folder / "package"
    folder.mkdir()
    built = bench.kith("build_package", folder=str(folder)).result
    megabytes = {name: size / 1e6 for name, size in built["bytes"].items()}
    whole = sum(megabytes.values())
    yield Table(
        title="The `match` package, unpacked",
        columns=("of", "MB"),
        rows=(
            *((name, f"{size:.1f}") for name, size in megabytes.items() if size >= 0.1),
            ("whole, packed", f"{built['packed_mb']:.1f}"),
            ("whole, unpacked", f"{whole:.1f}"),
        ),
    )
    yield Finding(goal="unpacked", measured=f"{whole:.0f} MB", met=whole <= LIMIT_MB)
    yield from _starts(bench, str(folder))


def _starts(bench: Bench, folder: str) -> Iterator[Finding | Table]:
    rows = []
    for what in IMPORTS:
        bench.tell(f"importing {what}")
        runs = [bench.kith("start_package", folder=folder, what=what) for _ in range(bench.sizes.starts)]
        times = sorted(run.seconds for run in runs)
        middle = times[len(times) // 2]
        cpu = sorted(run.cpu for run in runs)[len(runs) // 2]
        rows.append((what, *(seconds(value) for value in (times[0], middle, times[-1], cpu))))
    yield Table(
        title=f"Its imports in {bench.sizes.starts} fresh processes; seconds after the interpreter's start",
        columns=("import of", "fastest", "middle", "slowest", "processor"),
        rows=tuple(rows),
        notes=("boto3 is in Lambda's runtime, not in the package; the second line waits for it, too.",),
    )
    heavy = bench.kith("heaviest_in_package", folder=folder, what=IMPORTS[-1]).result["milliseconds"]
    yield Table(
        title="The same by package: milliseconds of their own, under -X importtime, which adds some",
        columns=("package", "ms"),
        rows=tuple((name, f"{milliseconds:.0f}") for name, milliseconds in heavy.items()),
    )
    yield Finding(goal="import", measured=f"{seconds(middle)} s ({IMPORTS[-1]})", met=middle <= LIMIT_SECONDS)
