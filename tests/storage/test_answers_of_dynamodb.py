"""What the table makes of DynamoDB's answers: which are tried again, how often, and which are raised."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from functions.storage import keys
from functions.storage.table import (
    BusyError,
    Refusal,
    Table,
    Written,
    amendment,
    client_settings,
    creation,
    deletion,
)
from tests.conftest import NAME
from tests.faults.switchboard import Fault, Switchboard
from tests.storage.fixtures import event

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PLACE = keys.run("spring", "r")
# The waits before the second to the sixteenth try, in milliseconds, when chance is at its worst.
WAITS = [25, 50, 100, 200, 400, *[800] * 10]


def refused(code: str, status: int = 400, **more: object) -> ClientError:
    said = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(cast("Any", said), "Anything")


class Answering:
    """A client whose every call is answered by the next of these, and by the last one for ever."""

    def __init__(self, *answers: Exception | Mapping[str, Any]) -> None:
        self.answers = list(answers)
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def answer(**_: object) -> Any:
            self.calls.append(name)
            if name == "get_item":
                return {}
            given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(given, Exception):
                raise given
            return given

        return answer


class Failing:
    """A client whose every call fails in this way."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, _: str) -> Any:
        def fail(**_: object) -> Any:
            raise self.error

        return fail


def table_of(client: object, waits: list[float] | None = None) -> Table:
    pause = (lambda _: None) if waits is None else waits.append
    return Table(cast("DynamoDBClient", client), NAME, pause=pause, chance=lambda: 1.0)


def cancelled(*codes: str) -> ClientError:
    """Return what DynamoDB says of a transaction, one reason for each of its changes."""
    reasons = [{"Code": code} for code in codes]
    return refused("TransactionCanceledException", CancellationReasons=reasons)


def commit(table: Table) -> Written | Refusal:
    return table.commit([creation(PLACE, {})], event=event(), idempotency_key="ours")


READS: dict[str, Callable[[Table], object]] = {
    "one item": lambda table: table.read(PLACE),
    "a batch": lambda table: table.batch_get(PLACE),
    "a partition": lambda table: list(table.query("RUNS#spring")),
    "the index": lambda table: list(table.due("RUNS", "z")),
    "everything": lambda table: list(table.everything()),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize(
    "error",
    [
        EndpointConnectionError(endpoint_url="https://dynamodb"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        refused("InternalServerError", 500),
        refused("ServiceUnavailable", 503),
        refused("ThrottlingException"),
        refused("ProvisionedThroughputExceededException"),
        refused("RequestLimitExceeded"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_means_not_now_is_said_as_busy(read: Callable[[Table], object], error: Exception) -> None:
    with pytest.raises(BusyError) as busy:
        read(table_of(Failing(error)))

    assert busy.value.__cause__ is error


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize(
    "error",
    [refused("ValidationException"), refused("AccessDeniedException", 403), refused("Odd", 499)],
    ids=["validation", "denied", "odd"],
)
def test_what_is_wrong_is_raised_as_it_is(read: Callable[[Table], object], error: Exception) -> None:
    with pytest.raises(ClientError) as raised:
        read(table_of(Failing(error)))

    assert raised.value is error


def test_an_error_without_a_status_is_raised_as_it_is() -> None:
    error = ClientError({"Error": {"Code": "Odd", "Message": ""}}, "GetItem")

    with pytest.raises(ClientError):
        table_of(Failing(error)).read(PLACE)


@pytest.mark.parametrize(
    "code",
    ["TransactionConflictException", "TransactionInProgressException"],
)
def test_a_write_that_meets_a_transaction_is_tried_sixteen_times_after_longer_waits(
    code: str,
) -> None:
    waits: list[float] = []
    client = Answering(refused(code))

    with pytest.raises(BusyError, match=r"^another transaction held the item 16 times$"):
        table_of(client, waits).write_unaudited(creation(PLACE, {}), idempotency_key="ours")

    assert client.calls == ["put_item"] * 16
    assert [round(1000 * wait) for wait in waits] == WAITS


def test_changes_that_belong_together_meet_a_transaction_sixteen_times_with_the_same_waits() -> None:
    waits: list[float] = []
    client = Answering(cancelled("TransactionConflict", "None"))
    both = creation(PLACE, {}, also=(creation(keys.run("spring", "s"), {}),))

    with pytest.raises(BusyError, match=r"^another transaction held one of the items 16 times$"):
        table_of(client, waits).write_unaudited(both, idempotency_key="ours")

    assert client.calls == ["transact_write_items"] * 16
    assert [round(1000 * wait) for wait in waits] == WAITS


def test_a_write_that_is_throttled_is_left_to_whoever_asked() -> None:
    client = Answering(refused("ThrottlingException"))

    with pytest.raises(BusyError, match=r"^DynamoDB asks to be left alone for a moment$"):
        table_of(client).write_unaudited(creation(PLACE, {}), idempotency_key="ours")

    assert client.calls == ["put_item"]


def test_a_line_that_is_dead_is_said_to_be(dynamodb: "DynamoDBClient", table: Table) -> None:
    always = dict.fromkeys(range(1, 99), Fault.LOST_BEFORE)

    switchboard = Switchboard(dynamodb, always)
    with switchboard.connected(), pytest.raises(BusyError, match=r"^DynamoDB did not answer$"):
        table.read(PLACE)

    # The client asks four times by itself.
    assert switchboard.calls == ["GetItem"] * 4


@pytest.mark.parametrize(
    "codes",
    [
        ("TransactionConflict", "None", "None"),
        ("None", "ThrottlingError", "None"),
        ("ProvisionedThroughputExceeded", "None", "None"),
        ("TransactionConflict", "ConditionalCheckFailed", "None"),
    ],
)
def test_a_transaction_that_others_held_up_is_tried_again(codes: tuple[str, ...]) -> None:
    client = Answering(cancelled(*codes), {})

    assert commit(table_of(client)) is Written.NOW

    assert client.calls == ["get_item", "transact_write_items"] * 2


@pytest.mark.parametrize(
    "codes", [("ValidationError", "None", "None"), ("ItemCollectionSizeLimitExceeded", "None", "None"), ()]
)
def test_a_transaction_that_is_wrong_is_raised_as_it_is(codes: tuple[str, ...]) -> None:
    client = Answering(cancelled(*codes))

    with pytest.raises(ClientError):
        commit(table_of(client))

    assert client.calls == ["get_item", "transact_write_items"]


def test_a_transaction_that_is_wrong_and_held_up_at_once_is_wrong() -> None:
    client = Answering(cancelled("TransactionConflict", "ValidationError", "None"))

    with pytest.raises(ClientError):
        commit(table_of(client))


def test_a_transaction_that_is_still_in_progress_is_tried_again() -> None:
    client = Answering(refused("TransactionInProgressException"), {})

    assert commit(table_of(client)) is Written.NOW


def test_a_transaction_that_is_throttled_is_left_to_whoever_asked() -> None:
    client = Answering(refused("ThrottlingException"))

    with pytest.raises(BusyError):
        commit(table_of(client))

    assert client.calls == ["get_item", "transact_write_items"]


def test_a_chain_that_is_contended_for_ever_is_said_to_be() -> None:
    client = Answering(cancelled("TransactionConflict", "None", "None"))

    with pytest.raises(BusyError, match=r"^the audit chain 5 was contended 16 times$"):
        commit(table_of(client))

    assert client.calls.count("transact_write_items") == 16


def test_of_several_refused_changes_the_first_is_told(table: Table) -> None:
    other = keys.run("spring", "other")
    for place, name in ((PLACE, "first"), (other, "second")):
        table.write_unaudited(creation(place, {"name": name}), idempotency_key=name)

    changes = [creation(PLACE, {}), creation(other, {})]
    outcome = table.commit(changes, event=event(), idempotency_key="ours")

    assert isinstance(outcome, Refusal)
    assert outcome.change is changes[0]
    assert outcome.stored is not None
    assert outcome.stored["name"] == "first"


def test_items_that_can_not_be_read_in_sixteen_tries_are_said_to_be() -> None:
    waits: list[float] = []
    nothing = {"Responses": {}, "UnprocessedKeys": {NAME: {"Keys": [{"pk": {"S": "x"}, "sk": {"S": "y"}}]}}}
    client = Answering(nothing)

    with pytest.raises(BusyError, match=r"^some of 2 items could not be read in 16 tries$"):
        table_of(client, waits).batch_get(PLACE, keys.run("spring", "s"))

    assert len(client.calls) == 16
    assert [round(1000 * wait) for wait in waits] == WAITS


def test_a_batch_of_which_nothing_is_there_is_read_in_one_try() -> None:
    client = Answering({"Responses": {}})

    assert table_of(client).batch_get(PLACE).read(PLACE) is None

    assert client.calls == ["batch_get_item"]


@pytest.fixture
def asked(dynamodb: "DynamoDBClient") -> Iterator[list[Mapping[str, Any]]]:
    """What is asked of DynamoDB, in order."""
    requests: list[Mapping[str, Any]] = []

    def keep(params: Mapping[str, Any], **_: object) -> None:
        requests.append(params)

    dynamodb.meta.events.register("provide-client-params.dynamodb.*", keep)
    yield requests
    dynamodb.meta.events.unregister("provide-client-params.dynamodb.*", keep)


def test_what_is_read_is_as_it_is_now_but_for_the_index(table: Table, asked: list[Mapping[str, Any]]) -> None:
    for read in READS.values():
        read(table)

    item, batch, partition, index, everything = asked
    assert item["ConsistentRead"] is True
    assert batch["RequestItems"][NAME]["ConsistentRead"] is True
    assert partition["ConsistentRead"] is True
    assert everything["ConsistentRead"] is True
    # DynamoDB refuses such a read of an index.
    assert "ConsistentRead" not in index


def test_a_hundred_items_are_read_in_one_request(table: Table, asked: list[Mapping[str, Any]]) -> None:
    wanted = [keys.run("spring", str(number)) for number in range(100)]

    found = table.batch_get(*wanted)

    assert len(asked) == 1
    assert all(found.read(key) is None for key in wanted)


def test_a_client_gives_up_in_the_time_that_a_page_may_take() -> None:
    settings = cast("Any", client_settings())

    assert settings.retries == {"mode": "standard", "total_max_attempts": 4}
    assert 4 * (settings.connect_timeout + settings.read_timeout) < 29  # the gateway's limit
    assert settings.connect_timeout >= 1
    assert settings.read_timeout >= 1
    assert settings.tcp_keepalive is True


def test_every_item_of_a_kind_is_read_through_all_pages_and_no_other(table: Table) -> None:
    # 1 MB is the most that one page holds; this is two and a half.
    for number in range(10):
        change = creation(keys.session(f"{number}"), {"packed": b"x" * 250_000})
        table.write_unaudited(change, idempotency_key="w")
    table.write_unaudited(creation(keys.token("t"), {"text": "T"}), idempotency_key="w")

    sessions = sorted(item["pk"] for item in table.everything("SESSION#"))
    (token,) = table.everything("TOKEN#")

    assert sessions == [f"SESSION#{number}" for number in range(10)]
    assert token["text"] == "T"
    assert len(list(table.everything())) == 11
    assert list(table.everything("NOTHING#")) == []


def test_what_is_due_is_what_stands_below_the_bound_the_longest_due_first(table: Table) -> None:
    for sort in ("3", "1", "2"):
        item = {"due_pk": "RUNS", "due_sk": sort}
        table.write_unaudited(creation(keys.run("spring", sort), item), idempotency_key="w")
    elsewhere = creation(keys.run("spring", "o"), {"due_pk": "OUTBOX#0", "due_sk": "1"})
    table.write_unaudited(elsewhere, idempotency_key="w")

    assert [item["due_sk"] for item in table.due("RUNS", "3")] == ["1", "2"]


def test_a_change_of_any_kind_may_leave_no_audit_entry(table: Table) -> None:
    put = creation(PLACE, {"number": 1})
    changed = amendment(PLACE, {"number": 2}, condition=None)

    assert table.write_unaudited(put, idempotency_key="a") is Written.NOW
    assert table.write_unaudited(put, idempotency_key="a") is Written.BEFORE
    assert table.write_unaudited(changed, idempotency_key="b") is Written.NOW
    assert table.read(PLACE) == {
        "pk": "RUNS#spring",
        "sk": "RUN#r",
        "number": 2,
        "created_by": "a",
        "written_by": "b",
    }
    assert table.write_unaudited(deletion(PLACE), idempotency_key="c") is Written.NOW
    assert list(table.everything()) == []
