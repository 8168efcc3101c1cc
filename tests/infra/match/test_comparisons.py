"""`./kith match` around what is settled before, and what it tells besides the pairings."""

# ruff: noqa: E501 - bad input and what is said of it read best on one line

import csv
import io
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.cli import main
from tests.infra.match.test_command import MENTEES, MENTORS, POLICY, ROOT, Desk, desk

__all__ = ["desk"]

PAIRS = "mentee,mentor\nada@x.org,mo@x.org\nben@x.org,mia@x.org\n"
OTHER = POLICY.replace("small", "years first").replace("weight = 3", "weight = 0")
RULE = '[[rule]]\nname = "same field"\nkind = "different"\nmentee = "Field"\nmentor = "Field"\n'


@pytest.fixture(autouse=True)
def ctrl_c_is_heard() -> Iterator[None]:
    """Hear Ctrl-C as Python does by itself, also where whoever started the tests ignores it (`nohup … &`)."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def couples(desk: Desk, name: str = "pairs.csv") -> set[tuple[str, str]]:
    lines = csv.DictReader(io.StringIO((desk.folder / name).read_text(encoding="utf-8")))
    return {(line["mentee"], line["mentor"]) for line in lines}


def report(desk: Desk) -> dict[str, object]:
    found: dict[str, object] = json.loads((desk.folder / "r.json").read_text(encoding="utf-8"))
    return found


def test_what_a_match_wrote_is_what_the_next_one_keeps(desk: Desk) -> None:
    desk.write("mentees.csv", MENTEES.replace("ada@x.org", "=ada@x.org"))
    assert desk.match() == 0
    (desk.folder / "pairs.csv").rename(desk.folder / "before.csv")
    desk.write("mentees.csv", MENTEES.replace("ada@x.org", "=ada@x.org") + "dan@x.org,9,Art,first\n")

    assert desk.match(previous="before.csv") == 0

    assert len(couples(desk, "before.csv") - couples(desk)) == 1
    assert "Of 3 previous pairings 2 stand, 1 end; 1 are new." in desk.out
    assert "1: keeping it would have cost others more" in desk.out


def test_people_who_left_are_counted_and_never_stop_a_rematch(desk: Desk) -> None:
    desk.write("before.csv", PAIRS + "eve@x.org,mo@x.org\n")

    assert desk.match(previous="before.csv") == 0

    assert "1: the mentee is not in this run" in desk.out
    assert report(desk)["changes"]


def test_locked_pairings_stand_and_forbidden_ones_do_not(desk: Desk) -> None:
    desk.write("locked.csv", "mentor;mentee;why\nMIA@x.org;ada@x.org;asked for it\n")
    desk.write("forbidden.csv", "mentee,mentor\ncleo@x.org,mo@x.org\n")

    assert desk.match(locked="locked.csv", forbidden="forbidden.csv") == 0

    assert ("ada@x.org", "mia@x.org") in couples(desk)
    assert ("cleo@x.org", "mo@x.org") not in couples(desk)


WISH = '[[criterion]]\nname = "wish"\nkind = "wish"\nmentee = "Wish"\nweight = 0\n'


def test_wishes_that_were_not_met_are_told_to_the_coordinator_with_what_they_would_have_cost(
    desk: Desk,
) -> None:
    header, *rows = MENTEES.splitlines()
    desk.write("mentees.csv", "\n".join([f"{header},Wish", *(f"{row},mia@x.org" for row in rows)]) + "\n")
    desk.write("policy.toml", POLICY + WISH)

    assert desk.match() == 0

    told = report(desk)["unmet_wishes"]
    assert isinstance(told, list)
    met = {mentee for mentee, mentor in couples(desk) if mentor == "mia@x.org"}
    assert {wish["mentee"] for wish in told} == {row.split(",")[0] for row in rows} - met
    assert f"Wishes for a person that were not met: {len(told)} (for you alone)" in desk.out


BAD: dict[str, tuple[dict[str, str], str]] = {
    "a lock of somebody unknown": ({"locked": "mentee,mentor\nada@x.org,mow@x.org\n"}, "locked.csv, row 2, column “mentor”: mow@x.org is not among the mentors. Did you mean mo@x.org?"),
    "a lock of nobody": ({"locked": "mentee,mentor\nada@x.org,\n"}, "locked.csv, row 2, column “mentor”: this cell is empty. Name a mentor."),
    "a file without the columns": ({"locked": "mentees,mentor\nada@x.org,mo@x.org\n"}, "locked.csv: the column “mentee” is missing. Name two columns “mentee” and “mentor” (there is “mentees”)."),
    "a lock twice": ({"locked": PAIRS + "ADA@x.org,mo@x.org\n"}, "locked.csv, row 4: ada@x.org with mo@x.org stands in row 2 already. Keep one row."),
    "locked and forbidden": ({"locked": PAIRS, "forbidden": "mentee,mentor\nben@x.org,mia@x.org\n"}, "locked.csv, row 3: ben@x.org with mia@x.org is locked here and forbidden in "),
    "a capacity below the locks": ({"locked": "mentee,mentor\nada@x.org,mia@x.org\nben@x.org,mia@x.org\n"}, "locked.csv: the mentor mia@x.org has 2 locked pairings (rows 2, 3) and a capacity of 1. Take some of these rows out, or raise the capacity."),
    "a lock that a rule refuses": ({"policy": POLICY + RULE, "locked": "mentee,mentor\nada@x.org,mo@x.org\nada@x.org,mia@x.org\n", "mentees": MENTEES}, "locked.csv: the mentee ada@x.org has 2 locked pairings (rows 2, 3)"),
    "a lock against a rule": ({"policy": POLICY + RULE, "locked": "mentee,mentor\nben@x.org,mo@x.org\n"}, "locked.csv, row 2: The pairing of ben@x.org with mo@x.org is locked, but a rule refuses"),
    "pairings of strangers": ({"previous": "mentee,mentor\na,b\n"}, "previous.csv: nobody in it is among the people of this match"),
    "an unknown column in the other policy": ({"compare": POLICY.replace('mentee = "Year"', 'mentee = "Yaer"')}, "mentees.csv: the column “Yaer” is missing"),
    "a mistake in the other policy": ({"compare": POLICY.replace("weight = 3", "weight = -3")}, "compare.toml, line 15, criterion “field”, weight: “-3” is out of range"),
    "rules of the other policy that leave nobody": ({"compare": POLICY + '[[rule]]\nname = "never"\nkind = "different"\nmentee = "E-mail"\nmentor = "E-mail"\n'}, "“never” refuses 6 of 6"),
    "a policy for peers": ({"policy": (ROOT / "schemas/policies/peers.toml").read_text(encoding="utf-8")}, "policy.toml: this policy is for peers"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_hold_gets_one_message_and_nothing_is_written(desk: Desk, what: str) -> None:
    contents, said = BAD[what]
    files = {
        name: desk.write(f"{name}.{'toml' if name in ('policy', 'compare') else 'csv'}", content).name
        for name, content in contents.items()
    }
    before = desk.names()

    status = desk.match(**files)

    assert status == 2
    assert said in desk.err
    assert desk.err.count("\n") == 1
    assert desk.names() == before


def test_groups_that_do_not_exist_are_told_before_the_match(desk: Desk) -> None:
    status = desk.match("--fairness", "Faculty")

    assert status == 2
    assert (
        "there is no column “Faculty” to compare groups by, nor among the mentors. Give --fairness one of: E-mail"
        in desk.err
    )


def test_another_policy_groups_and_stability_are_told_and_reported(desk: Desk) -> None:
    desk.write("other.toml", OTHER)
    more = "".join(f"p{number}@x.org,,{'Law' if number % 2 else 'Art'},first\n" for number in range(10))
    desk.write("mentees.csv", MENTEES + more)
    desk.write("mentors.csv", MENTORS.replace(",2,", ",9,"))

    status = desk.match("--fairness", "Field", "--stability", compare="other.toml")

    assert status == 0
    assert "What if it were" in desk.out
    assert "“years first” keeps" in desk.out
    assert "By “Field”:" in desk.out
    assert "Stability" in desk.out
    assert {"comparison", "fairness, mentees by Field", "stability"} <= report(desk).keys()


def test_the_help_fits_a_screen_and_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["match", "--help"])

    said = capsys.readouterr().out
    assert status == 0
    assert "./kith match --mentors mentors.csv" in said
    assert len(said.splitlines()) < 60


def test_ctrl_c_within_the_solver_stops_at_once_and_is_ours_again_afterwards(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    monkeypatch.setattr("infra.match.job.LONG_WORK", 1)
    monkeypatch.setattr(
        "infra.match.progress.Watch.reach",
        lambda _watch, _percent: seen.append(signal.getsignal(signal.SIGINT)),
    )

    assert desk.match() == 0

    assert signal.SIG_DFL in seen
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_while_files_are_moved_comes_too_late_to_leave_half(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.replace

    def interrupted(self: Path, target: Path) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)

    assert desk.match() == 0

    assert {"pairs.csv", "r.json"} <= desk.names()


def test_a_report_is_checked_against_the_files_that_it_was_made_from(desk: Desk) -> None:
    assert desk.match() == 0

    status = check(desk)

    assert status == 0
    assert "r.json: this is what these files give" in desk.out


def test_a_report_that_was_touched_or_belongs_to_others_does_not_pass(desk: Desk) -> None:
    assert desk.match() == 0
    made = report(desk)
    pairs = made["pairs"]
    assert isinstance(pairs, list)
    pairs[0]["score"] += 1
    pairs[1]["mentor"] = "mo@x.org"
    desk.write("r.json", json.dumps({**made, "total_score": 1}))

    assert check(desk) == 1

    assert "r.json: “total_score” is 2875000, and the report says 1." in desk.err
    assert "r.json: ada@x.org with mo@x.org has another score or other reasons." in desk.err
    assert "r.json: ben@x.org with mia@x.org is missing." in desk.err
    assert "r.json: ben@x.org with mo@x.org is not a pairing that these files give." in desk.err

    desk.write("mentees.csv", MENTEES.replace("first", "second"))
    assert check(desk) == 1
    assert "It was made from other people, another policy or another seed" in desk.err


@pytest.mark.parametrize("content", ["{", "[]", '{"pairs": 3}', "[" * 100_000])
def test_what_is_no_report_cannot_be_checked(desk: Desk, content: str) -> None:
    desk.write("r.json", content)

    assert check(desk) == 2

    assert "Name a file that --report wrote" in desk.err


def check(desk: Desk) -> int:
    """Check the report that lies in the folder."""
    named = [
        part for name in ("mentors", "mentees") for part in (f"--{name}", str(desk.folder / f"{name}.csv"))
    ]
    policy, made = desk.folder / "policy.toml", desk.folder / "r.json"
    status = main(["match", *named, "--policy", str(policy), "--check", str(made)])
    desk.out, desk.err = desk.capsys.readouterr()
    return status


def test_more_people_than_one_match_takes_are_refused_at_their_row(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.spreadsheets.sheet_layout.LARGEST_SIDE", 2)

    assert desk.match() == 2

    assert (
        "mentees.csv, row 4: one match takes 2 people a side, and here come more. Match in smaller cohorts"
        in desk.err
    )


PEERS = POLICY.replace("[mentees]", "[people]").replace('[mentors]\nid = "E-mail"\ncapacity = "Places"\n', "")
PEERS = PEERS.replace('mentee = "Field"\nmentor = "Field"', 'both = "Field"')
PEERS = 'pairing = "peers"\n' + PEERS[: PEERS.rindex("[[criterion]]")]


def test_peers_of_one_file_are_paired_with_each_other(desk: Desk) -> None:
    desk.write("people.csv", MENTEES + "dan@x.org,,Art,first\n")
    desk.write("peers.toml", PEERS)
    people, policy, pairs = (str(desk.folder / name) for name in ("people.csv", "peers.toml", "pairs.csv"))

    status = main(["match", "--people", people, "--policy", policy, "--out", pairs])

    assert status == 0
    assert couples(desk) == {("ada@x.org", "cleo@x.org"), ("ben@x.org", "dan@x.org")}
    assert "4 of 4 people have a peer: 2 pairs." in desk.capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        ["--people", "a", "--mentors", "b", "--policy", "c"],
        ["--mentors", "a", "--policy", "c"],
        ["--people", "a", "--policy", "c", "--stability"],
        ["--mentors", "a", "--mentees", "b", "--policy", "c", "--check", "d", "--out", "e"],
    ],
)
def test_what_cannot_be_asked_together_is_told_with_status_2(argv: list[str]) -> None:
    assert main(["match", *argv]) == 2


GROUPS = 'pairing = "groups"\n' + POLICY + "\n[groups]\nsmallest = 2\n"


def test_groups_are_told_with_how_many_run_and_what_is_proven_of_them(desk: Desk) -> None:
    desk.write("groups.toml", GROUPS)
    files = [str(desk.folder / name) for name in ("mentors.csv", "mentees.csv", "groups.toml", "r.json")]
    asked = ["--mentors", files[0], "--mentees", files[1], "--policy", files[2]]

    status = main(["match", *asked, "--report", files[3]])

    said = desk.capsys.readouterr()
    assert status == 0, said.err
    told = " ".join(said.out.split())  # whatever the width of the terminal
    assert "mentees are in a group, " in told
    assert "every group of a size that may run." in told
    assert "no other assignment better" not in told
    assert report(desk)["notes"]

    assert main(["match", *asked, "--check", files[3]]) == 0
    assert main(["match", *asked, "--stability"]) == 2
    assert "groups are not compared by stability. Leave out --stability" in desk.capsys.readouterr().err
