"""Which links stand, and by which keys' tokens they are opened."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.programme.links import Link, Purpose, link_token
from functions.storage.access import links
from functions.storage.table import Refusal, Table, Written
from tests.conftest import NAME
from tests.storage.fixtures import NOW, everything_in, write

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INSTANT = timedelta(microseconds=1)
OLD, NEW = b"old", b"new"
LINK = Link(
    id="link-1",
    purpose=Purpose.CHANGE,
    cohort_id="spring",
    person_id="ada",
    expires_at=NOW + timedelta(days=7),
    about="end",
    checkin=3,
)
ENDED = replace(LINK, id="link-2", expires_at=NOW)
USED = replace(LINK, id="link-3")


def make(table: Table, *made: Link, key: bytes = OLD) -> None:
    for link in made:
        assert write(table, links.creation(link, key), idempotency_key=link.id) is Written.NOW


def test_what_is_no_token_opens_nothing(table: Table) -> None:
    make(table, LINK)

    assert links.find(table, "no token", NOW) is None
    assert links.find(table, "", NOW) is None


def test_a_link_stands_until_it_expires_or_is_used_up_or_forgotten(table: Table) -> None:
    make(table, LINK, USED)
    write(table, links.use(USED), idempotency_key="u")

    assert links.find_by_id(table, "link-1", LINK.expires_at - INSTANT) == LINK
    assert links.find_by_id(table, "link-1", LINK.expires_at) is None
    assert links.find_by_id(table, "link-3", NOW) is None
    assert links.find_by_id(table, "never", NOW) is None

    assert write(table, links.forgetting("link-1"), idempotency_key="f1") is Written.NOW
    assert write(table, links.forgetting("link-1"), idempotency_key="f2") is Written.NOW
    assert links.find_by_id(table, "link-1", NOW) is None


def test_of_all_links_those_are_listed_that_open_something_now(table: Table) -> None:
    other = replace(LINK, id="link-4", person_id="bob")
    make(table, LINK, ENDED, USED, other)
    write(table, links.use(USED), idempotency_key="u")

    found = sorted(links.every(table, NOW), key=lambda link: link.id)

    assert found == [LINK, other]


def test_a_link_is_swept_up_when_it_has_expired(dynamodb: "DynamoDBClient", table: Table) -> None:
    make(table, LINK)

    (item,) = [item for item in everything_in(dynamodb, NAME) if item["sk"]["S"] == "LINK"]

    # `date -ud '2026-11-28 09:30' +%s`
    assert item["expires"] == {"N": "1795858200"}
    assert item["pk"]["S"].startswith("LINK#")


def test_a_new_key_wants_the_links_that_its_tokens_do_not_open_yet(table: Table) -> None:
    both = replace(LINK, id="link-4")
    make(table, LINK, ENDED, USED, both)
    write(table, links.use(USED), idempotency_key="u")
    write(table, links.rekeying("link-4", NEW), idempotency_key="o")

    wanted = [link.id for link in links.without_key(table, NEW, NOW)]
    alone = sorted(link.id for link in links.without_key(table, NEW, NOW, alone=True))

    assert wanted == ["link-1"]
    assert alone == ["link-1", "link-4"]


def test_a_link_that_is_opened_by_a_key_as_wanted_is_wanted_no_more(table: Table) -> None:
    make(table, LINK)

    for step in ("o1", "o2"):
        assert write(table, links.rekeying("link-1", NEW), idempotency_key=step) is Written.NOW
    assert list(links.without_key(table, NEW, NOW)) == []
    assert list(links.without_key(table, OLD, NOW)) == []
    assert links.find(table, link_token(OLD, "link-1"), NOW) == LINK

    assert write(table, links.rekeying("link-1", NEW, alone=True), idempotency_key="o3") is Written.NOW
    assert list(links.without_key(table, NEW, NOW, alone=True)) == []
    assert list(links.without_key(table, NEW, NOW)) == []
    assert [link.id for link in links.without_key(table, OLD, NOW)] == ["link-1"]
    assert links.find(table, link_token(OLD, "link-1"), NOW) is None
    assert links.find(table, link_token(NEW, "link-1"), NOW) == LINK


def test_a_link_is_made_once(table: Table) -> None:
    make(table, LINK)

    again = write(table, links.creation(replace(LINK, person_id="eve"), NEW), idempotency_key="again")

    assert isinstance(again, Refusal)
    assert links.find_by_id(table, "link-1", NOW) == LINK
