"""The same people under another policy."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.matching.cohort import Cohort
from functions.matching.engine import match
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import CannotMatch
from functions.matching.reports import whatif
from tests.matching.cohorts import EVERY_KIND, a_cohort, a_policy, every_kind, mentee, mentor

OTHER = parse_policy(
    EVERY_KIND.replace("weight = 7", "weight = 0").replace("weight = 2\n", "weight = 20\n"), file="other.toml"
)
BY_FIELD = a_policy()
BY_TOWN = a_policy(
    criteria='[[criterion]]\nname = "town"\nkind = "same"\nmentee = "town"\nmentor = "town"\nweight = 1\n',
    rules='[[rule]]\nname = "level"\nkind = "same"\nmentee = "level"\nmentor = "level"\n',
)
MENTORS = [
    mentor("mo", field="law", town="bonn", level="a"),
    mentor("mia", field="art", town="oslo", level="b"),
]
MENTEES = [mentee("ada", field="law", town="oslo", level="a"), mentee("ben", field="art", town="bonn")]


def couples(pairs: object) -> list[tuple[str, str]]:
    return [(pair.mentee, pair.mentor) for pair in pairs]  # type: ignore[attr-defined]


def test_two_policies_are_compared_by_both_yardsticks() -> None:
    first = couples(match(MENTORS, MENTEES, BY_FIELD).pairs)

    found = whatif.compare_with_policy(Cohort.of(MENTORS, MENTEES, BY_FIELD), first, BY_TOWN)

    assert found.only_first == (("ada", "mo"), ("ben", "mia"))
    assert found.only_second == (("ada", "mia"), ("ben", "mo"))
    assert (found.ours.first.total, found.ours.second.total) == (2_000_000, 0)
    assert (found.ours.gain, found.ours.lose, found.ours.refused) == (0, 2, (0, 0))
    # By the other policy's rules Ada may not have Mo at all.
    assert (found.theirs.first.total, found.theirs.first.served) == (0, 1)
    assert (found.theirs.second.total, found.theirs.second.served) == (2_000_000, 2)
    assert (found.theirs.gain, found.theirs.lose, found.theirs.refused) == (2, 0, (1, 0))


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 100_000))
def test_a_what_if_gives_what_a_run_under_the_other_policy_gives(made_from: int) -> None:
    mentors, mentees = a_cohort(made_from)
    try:
        ours, theirs = match(mentors, mentees, every_kind()), match(mentors, mentees, OTHER)
    except CannotMatch:
        assume(False)  # noqa: FBT003 - hypothesis' own way to leave a case aside
    cohort = Cohort.of(mentors, mentees, every_kind())

    found = whatif.compare_with_policy(cohort, couples(ours.pairs), OTHER)

    assert found == whatif.compare_outcomes(
        cohort, whatif.cohort_under(cohort, OTHER), couples(ours.pairs), couples(theirs.pairs)
    )
    assert sorted([*found.both, *found.only_second]) == couples(theirs.pairs)
    assert (found.ours.first.total, found.theirs.second.total) == (ours.total, theirs.total)


def test_the_same_policy_changes_nothing() -> None:
    first = couples(match(MENTORS, MENTEES, BY_FIELD).pairs)

    found = whatif.compare_with_policy(Cohort.of(MENTORS, MENTEES, BY_FIELD), first, BY_FIELD)

    assert whatif.describe_comparison(found, ours="a", theirs="b") == (
        "“b” makes the same 2 pairings as “a”.",
    )


def test_the_comparison_is_told_by_each_policys_own_scores() -> None:
    first = couples(match(MENTORS, MENTEES, BY_FIELD).pairs)

    lines = whatif.describe_comparison(
        whatif.compare_with_policy(Cohort.of(MENTORS, MENTEES, BY_FIELD), first, BY_TOWN),
        ours="field",
        theirs="town",
    )

    assert lines[0] == "“town” keeps 0 pairings of “field”, drops 2 and makes 2 others."
    assert "By the scores of “field”: total 2,000,000 → 0" in lines[1]
    assert "0 mentees gain and 2 lose" in lines[1]
    assert lines[3] == "    It does not allow 1 of the pairings of “field”; they count as none here."


def test_locks_hold_under_the_other_policy_too() -> None:
    found = whatif.compare_with_policy(
        Cohort.of(MENTORS, MENTEES, BY_FIELD),
        [("ada", "mo"), ("ben", "mia")],
        BY_TOWN,
        locked=[("ben", "mia")],
    )

    assert ("ben", "mia") in found.both
