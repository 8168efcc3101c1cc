from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from functions.storage import keys
from functions.storage.table import (
    LARGEST_ITEM_BYTES,
    Refusal,
    Table,
    Written,
    amendment,
    check,
    creation,
    deletion,
    size_of,
)
from tests.conftest import NAME
from tests.storage.fixtures import event, everything_in, stored, write

if TYPE_CHECKING:
    from boto3.dynamodb.conditions import ConditionBase
    from mypy_boto3_dynamodb import DynamoDBClient

from boto3.dynamodb.conditions import Attr

PLACE = keys.run("spring", "r")


def test_what_is_written_is_read_as_it_was(table: Table) -> None:
    item = {
        "text": "Ünïcödé 🙂 \n",
        "empty": "",
        "number": 12345678901234567890,
        "negative": -1,
        "true": True,
        "bytes": b"\x00\xff",
        "list": ["a", 1, ["b"]],
        "map": {"a": {"b": 2}},
    }

    assert table.write_unaudited(creation(PLACE, item), idempotency_key="w") is Written.NOW

    assert table.read(PLACE) == {
        **item,
        "pk": PLACE.pk,
        "sk": PLACE.sk,
        "created_by": "w",
        "written_by": "w",
    }


def test_nothing_stands_where_nothing_was_put(table: Table) -> None:
    assert table.read(PLACE) is None
    assert list(table.query(keys.runs_of("spring"))) == []


def test_items_are_read_at_one_go_each_as_the_table_would_give_it(table: Table) -> None:
    other, missing = keys.cohort("spring"), keys.run("spring", "none")
    for place in (PLACE, other):
        table.write_unaudited(creation(place, {"number": 1, "bytes": b"1"}), idempotency_key="w")

    found = table.batch_get(PLACE, other, missing, PLACE)

    assert [found.read(place) for place in (PLACE, other)] == [table.read(PLACE), table.read(other)]
    assert found.read(PLACE) is not None
    assert found.read(missing) is None
    with pytest.raises(KeyError):
        found.read(keys.run("spring", "another"))


def test_nothing_read_at_one_go_asks_nobody(table: Table) -> None:
    assert table.batch_get().found == {}


def test_what_dynamodb_hands_back_is_asked_for_again(dynamodb: "DynamoDBClient") -> None:
    places = [keys.run("spring", str(number)) for number in range(3)]
    waits: list[float] = []
    table = Table(dynamodb, NAME, pause=waits.append)
    for place in places:
        table.write_unaudited(creation(place, {"number": 1}), idempotency_key="w")
    asked: list[int] = []

    def hold_back(parsed: dict[str, Any], **_: object) -> None:
        items = parsed["Responses"][NAME]
        asked.append(len(items))
        back = [{"pk": item["pk"], "sk": item["sk"]} for item in items[1:]]
        parsed["Responses"] = {NAME: items[:1]}
        parsed["UnprocessedKeys"] = {NAME: {"Keys": back}} if back else {}

    dynamodb.meta.events.register("after-call.dynamodb.BatchGetItem", hold_back)
    try:
        found = table.batch_get(*places)
    finally:
        dynamodb.meta.events.unregister("after-call.dynamodb.BatchGetItem", hold_back)

    assert all(found.read(place) == table.read(place) for place in places)
    assert asked == [3, 2, 1]
    assert len(waits) == 2


def test_more_than_dynamodb_gives_at_one_go_is_refused_here(table: Table) -> None:
    with pytest.raises(ValueError, match="101 items"):
        table.batch_get(*(keys.run("spring", str(number)) for number in range(101)))


def test_a_query_pages_through_more_than_dynamodb_gives_at_once(table: Table) -> None:
    # 1 MB is the most that one answer holds; this is two and a half.
    for number in range(10):
        table.write_unaudited(
            creation(keys.run("spring", f"{number}"), {"packed": b"x" * 250_000}), idempotency_key="w"
        )
    table.write_unaudited(creation(keys.Key(keys.runs_of("spring"), "OTHER#p"), {}), idempotency_key="w")

    found = [item["sk"] for item in table.query(keys.runs_of("spring"), "RUN#")]

    assert found == [f"RUN#{number}" for number in range(10)]


def test_an_amendment_sets_removes_and_counts(table: Table) -> None:
    table.write_unaudited(creation(PLACE, {"kept": 1, "gone": 2, "changed": 3}), idempotency_key="w")
    change = amendment(
        PLACE, {"changed": 4}, condition=Attr("kept").eq(1), removes=("gone", "never"), adds={"times": 2}
    )

    assert table.write_unaudited(change, idempotency_key="v") is Written.NOW

    item = table.read(PLACE)
    assert item is not None
    assert {name: item.get(name) for name in ("kept", "gone", "changed", "times")} == {
        "kept": 1,
        "gone": None,
        "changed": 4,
        "times": 2,
    }
    assert (item["created_by"], item["written_by"]) == ("w", "v")


@pytest.mark.parametrize("stands", [False, True])
def test_a_refusal_says_what_stood_there(table: Table, stands: bool) -> None:  # noqa: FBT001
    if stands:
        table.write_unaudited(creation(PLACE, {"name": "what stands"}), idempotency_key="w")

    outcome = table.write_unaudited(
        amendment(PLACE, {}, condition=Attr("name").eq("expected")), idempotency_key="v"
    )

    assert isinstance(outcome, Refusal)
    assert (outcome.stored or {}).get("name") == ("what stands" if stands else None)


def test_a_commit_is_all_or_nothing(dynamodb: "DynamoDBClient", table: Table) -> None:
    table.write_unaudited(creation(PLACE, {"name": "theirs"}), idempotency_key="theirs")
    before = everything_in(dynamodb, NAME)
    first = creation(keys.run("spring", "first"), {})

    outcome = write(table, first, creation(PLACE, {}), idempotency_key="ours")

    assert stored(outcome)["name"] == "theirs"
    assert everything_in(dynamodb, NAME) == before


@pytest.mark.parametrize(
    ("condition", "holds"), [(Attr("open").exists(), True), (Attr("open").not_exists(), False)]
)
def test_a_check_lets_the_others_happen_or_not(table: Table, condition: "ConditionBase", holds: bool) -> None:  # noqa: FBT001
    table.write_unaudited(creation(PLACE, {"open": True}), idempotency_key="same")

    outcome = write(
        table, check(PLACE, condition), creation(keys.run("spring", "other"), {}), idempotency_key="same"
    )

    # A check writes nothing, so what it meets is never taken for our own write.
    assert isinstance(outcome, Written if holds else Refusal)
    assert (table.read(keys.run("spring", "other")) is not None) is holds


def test_a_deletion_may_be_made_again(table: Table) -> None:
    table.write_unaudited(creation(PLACE, {}), idempotency_key="w")

    assert write(table, deletion(PLACE), idempotency_key="d") is Written.NOW
    assert write(table, deletion(PLACE), idempotency_key="d") is Written.NOW

    assert table.read(PLACE) is None


def test_one_idempotency_key_counts_once_and_another_replaces(table: Table) -> None:
    def count(idempotency_key: str) -> Written | Refusal:
        change = amendment(PLACE, {}, condition=None, adds={"times": 1}, once_per_key=True)
        return write(table, change, idempotency_key=idempotency_key)

    outcomes = [count("a"), count("a"), count("b")]

    item = table.read(PLACE)
    assert outcomes == [Written.NOW, Written.BEFORE, Written.NOW]
    assert item is not None
    assert item["times"] == 2


def numbered(count: int) -> list[Any]:
    return [creation(keys.run("spring", f"{number}"), {}) for number in range(count)]


def test_a_commit_takes_a_hundred_actions_with_its_own_two_and_no_more(
    dynamodb: "DynamoDBClient", table: Table
) -> None:
    with pytest.raises(ValueError, match="101 actions"):
        table.commit(numbered(99), event=event(), idempotency_key="w")
    assert everything_in(dynamodb, NAME) == []

    assert table.commit(numbered(98), event=event(), idempotency_key="w") is Written.NOW


def test_an_item_of_four_hundred_kilobytes_is_refused_by_us(table: Table) -> None:
    with pytest.raises(ValueError, match="an item of"):
        table.write_unaudited(creation(PLACE, {"packed": b"x" * LARGEST_ITEM_BYTES}), idempotency_key="w")

    assert table.read(PLACE) is None


def test_a_transaction_over_four_megabytes_is_refused_by_us(dynamodb: "DynamoDBClient", table: Table) -> None:
    changes = [creation(keys.run("spring", f"{n}"), {"packed": b"x" * 399_000}) for n in range(11)]

    with pytest.raises(ValueError, match="a transaction of"):
        table.commit(changes, event=event(), idempotency_key="w")

    assert everything_in(dynamodb, NAME) == []


def test_two_changes_of_one_item_are_refused_by_us(table: Table) -> None:
    with pytest.raises(ValueError, match="two changes"):
        write(table, creation(PLACE, {}), deletion(PLACE), idempotency_key="w")


@pytest.mark.parametrize(
    ("value", "size"),
    [("é", 2), (b"abc", 3), ({}, 3), ([], 3), ({"ab": "c"}, 3 + 1 + 2 + 1), (["ab"], 3 + 1 + 2), (7, 21)],
)
def test_sizes_are_counted_as_dynamodb_counts(value: object, size: int) -> None:
    assert size_of(value) == size


def test_the_template_makes_the_table_that_is_tested(dynamodb: "DynamoDBClient") -> None:
    template = Path(__file__).parents[2] / "infra" / "deploy" / "cloudformation" / "data.yaml"
    made = _template(template.read_text("utf-8"))["Resources"]["Table"]["Properties"]
    tested = dynamodb.describe_table(TableName=NAME)["Table"]

    assert made["KeySchema"] == tested["KeySchema"]
    assert sorted(made["AttributeDefinitions"], key=str) == sorted(tested["AttributeDefinitions"], key=str)
    (index,), (tested_index,) = made["GlobalSecondaryIndexes"], tested["GlobalSecondaryIndexes"]
    assert index == {name: tested_index.get(name) for name in index}
    assert made["TimeToLiveSpecification"] == {"AttributeName": keys.EXPIRES, "Enabled": True}
    assert made["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert made["SSESpecification"]["SSEEnabled"] is True
    assert made["DeletionProtectionEnabled"] is True
    assert made["BillingMode"] == "PAY_PER_REQUEST"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`, `!Sub` …) as what they are given."""


def _short_form(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _short_form)


def _template(text: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
    return read
