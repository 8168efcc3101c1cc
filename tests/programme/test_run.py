"""What a run says of the people whom it kept out."""

import pytest

from functions.programme.run import kept_out

SAYS = "Not in this run, because they have not read the training yet: "


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ({}, ()),
        ({"untrained_mentees": 0, "untrained_mentors": 0, "mentees": 3}, ()),
        ({"untrained_mentees": 1, "untrained_mentors": 2}, (f"{SAYS}1 mentee and 2 mentors.",)),
        ({"untrained_mentees": 2, "untrained_mentors": 1}, (f"{SAYS}2 mentees and 1 mentor.",)),
        ({"untrained_mentees": 2, "untrained_mentors": 2}, (f"{SAYS}2 mentees and 2 mentors.",)),
        ({"untrained_mentors": 1}, (f"{SAYS}0 mentees and 1 mentor.",)),
        ({"untrained_mentees": 5}, (f"{SAYS}5 mentees and 0 mentors.",)),
    ],
)
def test_a_run_says_how_many_it_left_out_because_they_have_not_read_the_training(
    summary: dict[str, int], said: tuple[str, ...]
) -> None:
    assert kept_out(summary) == said
