"""How many requests to DynamoDB the pages take that somebody waits for, in a small cohort and a large one.

Each page of a query counts, and so does each batch-get request; the guard's own requests count as well.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from boto3.dynamodb.types import TypeSerializer
from moto import mock_aws

from functions.app import create_app
from functions.programme.links import Link, Purpose, link_token
from functions.programme.pairing import CheckinAnswer, Pairing, Reply
from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.run import Run, RunState
from functions.storage import keys
from functions.storage.access import links
from functions.storage.enrolment import cohorts, enrolments
from functions.storage.pairings import checkins, pairings
from functions.storage.runs import runs
from functions.storage.table import Change, Table
from tests.conftest import NAME, client_of
from tests.faults.switchboard import Switchboard
from tests.harness import MENTEE, MENTOR, harness_over
from tests.web.conftest import Site

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST = {"overview": 6, "people": 5, "pairs": 6, "person": 5, "match": 4}
SMALL, PAGED, LARGE = 18, 240, 1_000
CHECKINS = 4
ON_A_PAGE = 100
# Moto needs seconds for each page of a thousand people.
IN_PAGES = pytest.mark.parametrize("lived", [pytest.param(PAGED, marks=pytest.mark.load)], indirect=True)


@dataclass
class Lived:
    """A cohort whose match was published and whose pairs have answered every check-in."""

    site: Site
    client: "DynamoDBClient"
    mentor: Enrolment
    mentee: Enrolment
    match: str

    def paths(self) -> dict[str, str]:
        root = f"/console/cohorts/{self.site.harness.cohort.id}"
        return {
            "overview": root,
            "people": f"{root}/people",
            "pairs": f"{root}/pairs",
            "person": f"{root}/people/{self.mentor.id}",
            "match": self.match,
        }

    def requests(self, path: str) -> list[str]:
        """Open a page as after a pause, when the session is renewed as well, and return what was asked."""
        self.site.harness.clock.pass_by(minutes=2)
        with Switchboard(self.client).connected() as switchboard:
            assert self.site.get(path).status_code == 200, path
        return switchboard.calls


@pytest.fixture(scope="module")
def lived(request: pytest.FixtureRequest) -> Iterator[Lived]:
    with mock_aws():
        yield cohort_of(next(client_of(None)), request.param)


def cohort_of(client: "DynamoDBClient", size: int) -> Lived:
    """Make a cohort of so many people: a third are mentors of two mentees each."""
    harness = harness_over(Table(client, NAME, pause=lambda _: None))
    table, cohort, now = harness.services.table, harness.cohort, harness.clock.now
    people = [person(number, cohort.id, now) for number in range(size)]
    mentors = [one for one in people if one.role is Role.MENTOR]
    mentees = [one for one in people if one.role is Role.MENTEE]
    written: list[Change] = [change for one in people for change in enrolments.creation(one)]
    run = Run(
        id="run",
        cohort_id=cohort.id,
        state=RunState.PUBLISHED,
        version=4,
        policy=cohort.policy,
        seed=0,
        requested_at=now,
        requested_by="coordinator:amara",
        published_at=now,
        introduced_at=now,
        summary={"pairs": len(mentees), "unmatched_mentees": 0},
    )
    written.append(runs.creation(run))
    table.write_unaudited(cohorts.publication(cohort, run.id), idempotency_key="published")
    for number, mentee in enumerate(mentees):
        pairing = pair(number, mentors[number // 2], mentee, now.date())
        pairing = replace(pairing, introduced_at=now)
        written += pairings.creation(pairing)
        written += replies(pairing, cohort.id, now)
    put(client, written)
    harness.clock.morning_of(cohort.closes_on + timedelta(days=40), cohort.zone)
    link = Link(
        id="match",
        purpose=Purpose.MATCH,
        cohort_id=cohort.id,
        person_id=mentors[0].id,
        expires_at=harness.clock.now + timedelta(days=300),
        about="pairing-0",
    )
    creation = links.creation(link, *harness.services.link_keys)
    table.write_unaudited(creation, idempotency_key="link")
    app = create_app(harness.services)
    app.testing = True
    site = Site(harness, app.test_client())
    site.client.environ_base["wsgi.url_scheme"] = "https"
    token = link_token(harness.services.link_keys[0], link.id)
    return Lived(site.signed_in(), client, mentors[0], mentees[0], f"/my/match/{token}")


def put(client: "DynamoDBClient", changes: list[Change]) -> None:
    """Write what the changes come to, without their conditions, many items a request."""
    items: dict[keys.Key, dict[str, Any]] = {}
    for change in (each for one in changes for each in (one, *one.also)):
        item = items.setdefault(change.key, {**change.key._asdict(), "written_by": "w"})
        item.update(change.sets)
        for name, number in change.adds.items():
            item[name] = item.get(name, 0) + number
    to_wire = TypeSerializer()
    requests: list[Any] = [
        {"PutRequest": {"Item": {name: to_wire.serialize(value) for name, value in item.items()}}}
        for item in items.values()
    ]
    for start in range(0, len(requests), 25):
        client.batch_write_item(RequestItems={NAME: requests[start : start + 25]})


def person(number: int, cohort_id: str, now: datetime) -> Enrolment:
    role = Role.MENTOR if number % 3 == 0 else Role.MENTEE
    answers = dict(MENTOR if role is Role.MENTOR else MENTEE)
    return Enrolment(
        id=f"{number:032}",
        cohort_id=cohort_id,
        role=role,
        state=EnrolmentState.CONFIRMED,
        name=f"Zoë Example-{number:04}",
        email=f"person-{number:04}@students.university.example",
        capacity=2 if role is Role.MENTOR else 1,
        answers={name: answer for name, answer in answers.items() if name not in ("name", "email")},
        questionnaire_version="v1",
        enrolled_at=now + timedelta(seconds=number),
        confirmed_at=now,
    )


def pair(number: int, mentor: Enrolment, mentee: Enrolment, on: date) -> Pairing:
    return Pairing(
        id=f"pairing-{number}",
        cohort_id=mentor.cohort_id,
        run_id="run",
        mentor_id=mentor.id,
        mentee_id=mentee.id,
        score=500_000,
        policy="first-year",
        reasons=(),
        introduced_at=mentor.enrolled_at,
        introduced_on=on,
    )


def replies(pairing: Pairing, cohort_id: str, at: datetime) -> list[Change]:
    """Return the answers of both to every check-in: the longest lines that the roll may have to hold."""
    return [
        checkins.reply(
            Reply(
                pairing_id=pairing.id,
                checkin=number,
                person_id=person_id,
                answer=CheckinAnswer.MET,
                met_on=pairing.introduced_on + timedelta(days=number),
                answered_at=at,
                answered_on=pairing.introduced_on + timedelta(days=7 * number),
            ),
            cohort_id,
        )
        for number in range(1, CHECKINS + 1)
        for person_id in (pairing.mentor_id, pairing.mentee_id)
    ]


@pytest.mark.parametrize("lived", [SMALL, pytest.param(LARGE, marks=pytest.mark.load)], indirect=True)
@pytest.mark.parametrize("page", MOST)
def test_a_page_takes_no_more_requests_than_somebody_can_wait_for(lived: Lived, page: str) -> None:
    asked = lived.requests(lived.paths()[page])

    assert len(asked) <= MOST[page], asked


@IN_PAGES
def test_every_page_of_the_lists_takes_as_few(lived: Lived) -> None:
    root = f"/console/cohorts/{lived.site.harness.cohort.id}"
    for query in ("?group=place&role=mentee&from=100", "?group=waiting", "?q=zoe+0017"):
        assert len(lived.requests(f"{root}/people{query}")) <= MOST["people"]
    for query in ("?health=on+track&from=100", "?q=person-0001"):
        assert len(lived.requests(f"{root}/pairs{query}")) <= MOST["pairs"]


@IN_PAGES
def test_a_list_shows_a_hundred_a_page_and_every_one_of_them_in_the_end(lived: Lived) -> None:
    path = f"/console/cohorts/{lived.site.harness.cohort.id}/people"
    found: list[str] = []
    while path:
        page = lived.site.page(path)
        names = re.findall(r"Zoë Example-(\d{4})</a>", page)
        assert len(names) <= ON_A_PAGE
        found += names
        after = re.search(r'<a href="([^"]+)">Those after</a>', page)
        path = unescape(after[1]) if after else ""

    size = len(list(lived.site.harness.people()))
    assert found == [f"{number:04}" for number in range(size)]


@IN_PAGES
def test_people_and_pairs_are_found_by_a_part_of_a_name_or_an_address_whatever_its_accents(
    lived: Lived,
) -> None:
    root = f"/console/cohorts/{lived.site.harness.cohort.id}"

    for words in ("ZOE 0017", "person-0017@students"):
        page = lived.site.page(f"{root}/people?q={quote(words)}")
        assert re.findall(r"Zoë Example-(\d{4})</a>", page) == ["0017"]
    pairs = lived.site.page(f"{root}/pairs?q=0004")
    assert re.findall(r'<th scope="row">Zoë Example-(\d{4})', pairs) == ["0004"]
    nobody = lived.site.page(f"{root}/people?q=%3Cnobody%3E")
    assert "Nobody on this list has “&lt;nobody&gt;”" in nobody


@IN_PAGES
def test_the_pairs_of_one_health_are_counted_and_listed(lived: Lived) -> None:
    page = lived.site.page(f"/console/cohorts/{lived.site.harness.cohort.id}/pairs?health=on+track")

    pairs = len([one for one in lived.site.harness.people() if one.role is Role.MENTEE])
    assert f'On track <span class="quiet">{pairs}</span>' in page
    assert page.count('<span class="tag tag-on-track">') == min(pairs, ON_A_PAGE)
    none = lived.site.page(f"/console/cohorts/{lived.site.harness.cohort.id}/pairs?health=ended")
    assert "No pair is on this list." in none


@IN_PAGES
def test_a_session_that_was_just_seen_takes_one_request_less(lived: Lived) -> None:
    path = lived.paths()["people"]
    first = lived.requests(path)

    with Switchboard(lived.client).connected() as switchboard:
        lived.site.get(path)

    assert len(switchboard.calls) == len(first) - 1
