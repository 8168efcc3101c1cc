"""The table that tests write to, in moto and in the emulator: each lets through what the other catches."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws
from playwright.sync_api import Browser, sync_playwright

from functions.storage import keys
from functions.storage.table import Table, client_settings
from infra.local.emulator import REGION, Emulator
from tests import figures
from tests.audit.browser import FLAGS
from tests.figures import measured  # noqa: F401  # a fixture for everybody
from tests.harness import CohortHarness, harness_over

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")

NAME = "kith-test"
# One session, so that each client after the first finds the service's model read.
SESSION = boto3.session.Session()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run write what it measured."""
    parser.addoption(
        "--write-figures",
        action="store_true",
        help="write what release tests measure into docs/measurements.md",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no figure."""
    config.stash[figures.KEPT] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the figures where that is wanted."""
    kept = session.config.stash[figures.KEPT]
    if kept and session.config.getoption("--write-figures"):
        figures.write(kept)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever needs the emulator, by whichever way it gets to it: `--fast` leaves it out."""
    for item in items:
        if "emulator" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.emulator)


def create_table(client: "DynamoDBClient") -> None:
    """Create the table as `infra/deploy/cloudformation/data.yaml` describes it; a test compares the two."""
    names = (keys.PARTITION, keys.SORT, keys.INDEX_PARTITION, keys.INDEX_SORT)
    client.create_table(
        TableName=NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[
            {"AttributeName": keys.PARTITION, "KeyType": "HASH"},
            {"AttributeName": keys.SORT, "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": keys.INDEX,
                "KeySchema": [
                    {"AttributeName": keys.INDEX_PARTITION, "KeyType": "HASH"},
                    {"AttributeName": keys.INDEX_SORT, "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """One emulator for each test process, on a loopback port of its own, in memory."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture(params=["moto", pytest.param("emulator", marks=pytest.mark.emulator)])
def dynamodb(request: pytest.FixtureRequest) -> Iterator["DynamoDBClient"]:
    """A client of an empty DynamoDB with one table, made as `bootstrap` makes it."""
    if request.param == "emulator":
        yield request.getfixturevalue("emulated")
        return
    with mock_aws():
        yield from client_of(None)


@pytest.fixture
def emulated(emulator: Emulator) -> Iterator["DynamoDBClient"]:
    """The same in the emulator alone, for tests of whole use cases: they are about more than storage."""
    emulator.reset()
    yield from client_of(emulator.endpoint)


def client_of(endpoint: str | None) -> Iterator["DynamoDBClient"]:
    """Yield a client of the DynamoDB there, with an empty table in it."""
    client = SESSION.client(
        "dynamodb",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=client_settings().merge(Config(max_pool_connections=32)),
    )
    create_table(client)
    yield client
    client.close()


@pytest.fixture
def table(dynamodb: "DynamoDBClient") -> Table:
    """An empty table that never makes a test wait."""
    return Table(dynamodb, NAME, pause=lambda _: None)


@pytest.fixture
def harness(emulated: "DynamoDBClient") -> CohortHarness:
    """A cohort that has opened, in the emulator."""
    return harness_over(Table(emulated, NAME, pause=lambda _: None))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each test process; Playwright takes no second one beside it."""
    where = next((path for path in CHROMIUM if Path(path).exists()), None)
    if where is None:
        pytest.skip("There is no Chromium here; `apt-get install -y chromium` brings one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=where, args=list(FLAGS))
        yield browser
        browser.close()
