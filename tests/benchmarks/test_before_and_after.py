"""Two commits' engines side by side: what is compared, what is a fault, and that nothing is left behind."""

import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from infra import ROOT
from infra.cli import main
from tests.benchmarks import before_and_after
from tests.benchmarks.before_and_after import Compared, Run, Size, cohort, compare, table
from tests.benchmarks.children import ChildError

SMALL = {"one-to-one small": Size(policy="one-to-one", mentors=6, mentees=6)}


def runs(*seconds: float, digest: str = "same") -> tuple[Run, ...]:
    return tuple(Run(seconds=taken, digest=digest, pairs=3) for taken in seconds)


def test_the_medians_are_compared_and_what_is_above_the_limit_is_said() -> None:
    slower = Compared(name="slower", old=runs(1.0, 9.0, 1.0), new=runs(1.2, 1.2, 0.1))
    as_fast = Compared(name="as fast", old=runs(1.0, 1.0, 1.0), new=runs(1.1, 1.1, 9.0))

    lines = table([slower, as_fast]).splitlines()

    assert lines[2] == "| slower | 3 | 1.00 s | 1.20 s | 1.20 | above 1.10 |"
    assert lines[3] == "| as fast | 3 | 1.00 s | 1.10 s | 1.10 | within |"


def test_other_pairs_are_a_fault_however_fast_they_are() -> None:
    compared = Compared(name="other", old=runs(1.0), new=runs(0.5, digest="other"))

    assert compared.fault() == "other pairs or proofs"


@pytest.mark.parametrize("name", before_and_after.SIZES)
def test_every_size_is_a_cohort_of_that_many_people_always_the_same(name: str) -> None:
    size = before_and_after.SIZES[name]

    given = cohort(name, size)

    assert (len(given.mentors), len(given.mentees)) == (size.mentors, size.mentees)
    assert len({row.id for row in (*given.mentors, *given.mentees)}) == size.mentors + size.mentees
    assert given.digest() == cohort(name, size).digest()


@pytest.mark.load
def test_two_folders_with_the_same_code_make_the_same_pairs() -> None:
    given = [cohort(name, size) for name, size in SMALL.items()]

    (compared,) = compare(ROOT, ROOT, given, runs=1)

    assert compared.same
    assert compared.new[0].pairs > 0
    assert compared.new[0].seconds > 0


def test_a_folder_without_the_corpus_is_an_error_and_no_result(tmp_path: Path) -> None:
    given = [cohort(name, size) for name, size in SMALL.items()]

    with pytest.raises(ChildError, match="No module named 'tests"):
        list(compare(tmp_path, ROOT, given, runs=1))


def test_a_commit_is_checked_out_and_removed_afterwards_whatever_happens() -> None:
    with suppress(ChildError), before_and_after.checked_out("HEAD") as tree:
        assert (tree / "functions" / "matching").is_dir()
        raise ChildError("stopped")

    assert not tree.exists()
    assert (
        str(tree)
        not in subprocess.run(
            ["git", "worktree", "list"], cwd=ROOT, check=True, capture_output=True, text=True
        ).stdout
    )


@pytest.mark.load
def test_the_commit_that_stands_here_makes_the_same_pairs_as_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(before_and_after, "SIZES", SMALL)

    main(["bench", "before-and-after", "HEAD", "--runs", "1"])

    printed = capsys.readouterr()
    assert "| one-to-one small |" in printed.out
    assert "other pairs" not in printed.out
    assert printed.err.splitlines() == ["one-to-one small, run 1 of 1"]
