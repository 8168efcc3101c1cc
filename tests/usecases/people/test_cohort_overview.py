from functions.cohort_reader import cohort_reader, counting_reader
from functions.programme.cohort import Stage
from functions.programme.people import Role
from functions.usecases.people.cohort_overview import every_cohort, overview
from tests.harness import MENTEE, MENTOR, CohortHarness


def test_a_cohort_at_a_glance_counts_people_places_and_mail(harness: CohortHarness) -> None:
    harness.confirmed(MENTOR)
    harness.confirmed({**MENTOR, "email": "hedy@mentors.example", "capacity": 3})
    harness.apply(MENTEE)
    harness.send()
    harness.confirmed({**MENTEE, "email": "bea@mentees.example"})

    seen = overview(harness.reader())

    assert seen.stage is Stage.ENROLLING
    assert seen.confirmed == {Role.MENTOR: 2, Role.MENTEE: 1}
    assert seen.unconfirmed == {Role.MENTOR: 0, Role.MENTEE: 1}
    assert seen.places == 5
    # The requests to confirm of those who confirmed before it was sent are dropped: nobody needs them.
    assert (seen.messages.sent, seen.messages.dropped) == (3, 2)


def test_every_cohort_is_listed_with_its_stage(harness: CohortHarness) -> None:
    assert every_cohort(harness.services) == [(harness.cohort, Stage.ENROLLING)]
    assert cohort_reader(harness.services, "none") is None
    assert counting_reader(harness.services, "none") is None
