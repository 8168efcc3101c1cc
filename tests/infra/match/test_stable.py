"""`./kith match` under a policy that asks for stability."""

from infra.cli import main
from tests.infra.match.test_command import POLICY, Desk, desk
from tests.infra.match.test_comparisons import couples, report

__all__ = ["desk"]

STABLE = POLICY + "[objective]\nstable = true\n"
BEFORE = "mentee,mentor\nada@x.org,mo@x.org\nben@x.org,mo@x.org\n"
FILES = {"mentors": "mentors.csv", "mentees": "mentees.csv", "policy": "policy.toml"}


def test_a_stable_match_says_what_it_is_and_never_that_nothing_is_better(desk: Desk) -> None:
    desk.write("policy.toml", STABLE)

    status = desk.match("--stability")

    said = " ".join(desk.out.split())
    assert status == 0, desk.err
    assert "capacity exceeded, and no two people who would both rather have each other." in said
    assert "no other assignment better" not in said
    assert "Stable, as the policy asks: " in said
    assert "Stable: no mentee and mentor would both rather have each other." in said


def test_its_report_can_be_checked_and_tampering_shows(desk: Desk) -> None:
    desk.write("policy.toml", STABLE)
    desk.match()
    files = [f"--{name}={desk.folder / file}" for name, file in FILES.items()]

    held = main(["match", *files, f"--check={desk.folder / 'r.json'}"])
    text = (desk.folder / "r.json").read_text(encoding="utf-8")
    desk.write("r.json", text.replace('"ben@x.org"', '"eve@x.org"'))
    changed = main(["match", *files, f"--check={desk.folder / 'r.json'}"])

    assert (held, changed) == (0, 1)


def test_it_goes_with_pairings_of_before_and_with_another_policy(desk: Desk) -> None:
    desk.write("policy.toml", STABLE)
    desk.write("before.csv", BEFORE)
    desk.write("best.toml", POLICY.replace("small", "the best"))

    forth = desk.match(previous="before.csv", compare="best.toml")
    told = desk.out
    back = desk.match(policy="best.toml", compare="policy.toml")

    assert (forth, back) == (0, 0)
    assert "1: one of the two has people who fit as well or better" in " ".join(told.split())
    assert "What if it were" in told
    assert report(desk)["comparison"]


def test_it_goes_around_locks_and_what_is_forbidden(desk: Desk) -> None:
    desk.write("policy.toml", STABLE)
    desk.write("locked.csv", "mentee,mentor\nada@x.org,mia@x.org\n")
    desk.write("forbidden.csv", "mentee,mentor\ncleo@x.org,mo@x.org\n")

    assert desk.match(locked="locked.csv", forbidden="forbidden.csv") == 0

    assert couples(desk) == {("ada@x.org", "mia@x.org"), ("ben@x.org", "mo@x.org")}


def test_a_level_beside_stability_is_refused_with_its_line(desk: Desk) -> None:
    desk.write("policy.toml", STABLE + "load = false\n")

    assert desk.match() == 2

    assert "policy.toml, line 28, objective, load: a stable match is not the best at any level" in desk.err
    assert "Drop either “load” or “stable”." in desk.err
