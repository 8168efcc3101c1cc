"""`./kith cost`: the units are AWS's, the meter counts the functions' own calls alone, the sums are right."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from functions.programme.people import Role
from functions.usecases.enrolment.enrol import Application, enrol
from functions.usecases.enrolment.open_cohort import open_cohort
from infra.cli import main
from infra.cost import command
from infra.cost.bill import Bill, bill
from infra.cost.command import BEGINS, ENDS, README, written
from infra.cost.fixed_costs import Standing, standing
from infra.cost.prices import Prices, prices, regions
from infra.local.stack import LocalStack
from tests.benchmarks.cost import units
from tests.benchmarks.cost.measure import measure
from tests.benchmarks.cost.meter import Meter, refused_units
from tests.conftest import NAME
from tests.harness import MENTEE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KIB = 1024
NOW = datetime(2026, 9, 2, 8, tzinfo=UTC)
STANDS = Standing(polls=2_500_000, alarms=5, sweeps=0, key_requests=0)


def counts(**web: float) -> dict[str, Any]:
    """Return the counts of ten people, who cause nothing but what is given."""
    nothing = {"invocations": 0, "milliseconds": 0}
    return {
        "played": {
            "people": 10,
            "weeks": 26,
            "on": "2026-11-22",
            "first_day": "2027-01-11",
            "last_day": "2027-09-05",
        },
        "months": {"2027-01": {"web": {**nothing, "requests": 1, **web}}},
        "idle": {"sweep": nothing, "ask": nothing, "forget": nothing},
        "stored": {"bytes": 0},
        "site": {"page_bytes": 0, "assets": 0, "asset_bytes": 0, "stored_bytes": 0},
    }


def the_bill(counted: Mapping[str, Any], *, people: int = 10, months: int = 1) -> Bill:
    return bill(counted, STANDS, prices("us-east-1"), people=people, months=months)


def line(made: Bill, service: str) -> float:
    return next(line for line in made.lines if line.service == service).total


# The examples of AWS's own pages: "DynamoDB item sizes and formats", "Read and write requests", pricing.


def test_an_item_is_as_long_as_its_names_and_values() -> None:
    assert units.item_bytes({"shirt-color": {"S": "R"}, "shirt-size": {"S": "M"}}) == 23


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "7"}, 2),
        ({"N": "-7"}, 3),
        ({"N": "12345"}, 4),
        ({"B": b"abc"}, 3),
        ({"BOOL": False}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"M": {"ab": {"S": "c"}}}, 3 + 1 + 2 + 1),
        ({"SS": ["a", "bc"]}, 3),
    ],
)
def test_each_kind_of_value_has_its_size(value: Mapping[str, Any], size: int) -> None:
    assert units.value_bytes(value) == size


@pytest.mark.parametrize(("size", "consistent", "expected"), [(8, True, 2), (8, False, 1), (0, False, 0.5)])
def test_reads_are_counted_by_four_kilobytes_and_halved_when_they_may_lag(
    *, size: int, consistent: bool, expected: float
) -> None:
    assert units.read_units(size * KIB, consistent=consistent) == expected


@pytest.mark.parametrize(("size", "transaction", "expected"), [(1, False, 1), (3, False, 3), (3, True, 6)])
def test_writes_are_counted_by_the_kilobyte_and_doubled_in_transactions(
    *, size: int, transaction: bool, expected: int
) -> None:
    assert units.write_units(size * KIB, transaction=transaction) == expected


def test_a_message_of_a_quarter_megabyte_counts_as_four_requests() -> None:
    assert [units.chunks(size * KIB) for size in (0, 64, 65, 256)] == [1, 1, 2, 4]


def test_a_function_with_half_a_processor_takes_twice_as_long_and_waits_no_longer() -> None:
    whole = units.MEGABYTES_OF_A_PROCESSOR

    assert units.billed_milliseconds(0.010, 0.005, whole) == 15
    assert units.billed_milliseconds(0.010, 0.005, 2 * whole) == 15
    assert units.billed_milliseconds(0.010, 0.005, whole // 2) == 26
    assert units.billed_milliseconds(0, 0, 128) == 1


def test_a_refused_transaction_costs_for_each_item_in_it() -> None:
    stood = {"Item": {"text": {"S": "x" * 2 * KIB}}}
    answer = {"CancellationReasons": [{"Code": "None"}, {"Code": "ConditionalCheckFailed", **stood}]}

    assert refused_units("TransactWriteItems", answer) == 2 + 6


texts = st.text(max_size=600)
values = st.recursive(
    st.one_of(
        st.builds(lambda text: {"S": text}, texts),
        st.builds(lambda number: {"N": str(number)}, st.integers(-(10**20), 10**20)),
        st.builds(lambda truth: {"BOOL": truth}, st.booleans()),
    ),
    lambda inner: st.one_of(
        st.builds(lambda several: {"L": several}, st.lists(inner, max_size=5)),
        st.builds(lambda several: {"M": several}, st.dictionaries(st.text(max_size=9), inner, max_size=5)),
    ),
    max_leaves=12,
)


@given(values)
def test_a_value_in_a_list_is_counted_with_a_byte_more(value: dict[str, Any]) -> None:
    assert units.value_bytes({"L": [value]}) == 3 + 1 + units.value_bytes(value)


@pytest.mark.emulator
def test_the_emulator_counts_writes_as_we_do(emulated: "DynamoDBClient") -> None:
    for length in (0, 1, 900, 1000, 1024, 2000, 5000, 30_000):
        item: dict[str, Any] = {
            "pk": {"S": f"P{length}"},
            "sk": {"S": "S"},
            "text": {"S": "é" * (length // 2)},
            "numbers": {"L": [{"N": "-12.5"}, {"N": "1000"}]},
            "marks": {"M": {"one": {"BOOL": True}}},
        }
        put = emulated.put_item(TableName=NAME, Item=item, ReturnConsumedCapacity="TOTAL")
        changed: Any = [{"Put": {"TableName": NAME, "Item": item}}]
        both = emulated.transact_write_items(TransactItems=changed, ReturnConsumedCapacity="TOTAL")

        size = units.item_bytes(item)
        assert put["ConsumedCapacity"]["CapacityUnits"] == units.write_units(size, transaction=False)
        assert both["ConsumedCapacity"][0]["CapacityUnits"] == units.write_units(size, transaction=True)


# The meter.


@pytest.fixture(scope="module")
def metered() -> dict[str, Counter[str]]:
    """What is counted when the player opens a cohort, somebody opens a page, and a mail is sent."""
    meter = Meter(lambda: NOW)
    with LocalStack(clock=lambda: NOW, background=False, sweeps=False, watch=meter) as stack:
        cohort = open_cohort(stack.services, NOW.date())
        enrol(
            stack.services,
            Application(cohort_id=cohort.id, role=Role.MENTEE, answers=MENTEE),
            request_key="once",
        )
        before = dict(meter.counts)
        urllib3.request("GET", f"{stack.origin}/my/place/")
        stack.drain()
        stack.tick_one("sweep")
    assert before == {}, "what the player does costs nothing"
    return meter.counts["2026-09"]


@pytest.mark.emulator
@pytest.mark.whole
def test_a_page_is_an_event_of_web_with_its_bytes(metered: dict[str, Counter[str]]) -> None:
    assert (metered["web"]["requests"], metered["web"]["invocations"]) == (1, 1)
    assert metered["web"]["bytes_out"] > KIB
    assert metered["web"]["milliseconds"] >= 1


@pytest.mark.emulator
@pytest.mark.whole
def test_each_queue_is_counted_to_the_function_that_it_leads_to(metered: dict[str, Counter[str]]) -> None:
    assert metered["mail"]["mails"] == 1
    assert metered["mail"]["write_units"] > 0
    assert metered["feedback"]["invocations"] == 1
    assert metered["feedback"]["mails"] == 0
    # One poll that found something and one deletion.
    assert metered["feedback"]["queue_requests"] == 2


@pytest.mark.emulator
@pytest.mark.whole
def test_a_sweep_that_finds_nothing_reads_the_index_at_half_the_price(
    metered: dict[str, Counter[str]],
) -> None:
    assert metered["sweep"]["schedules"] == 1
    assert metered["sweep"]["write_units"] == 0
    # Four outboxes and the runs, half a unit each.
    assert metered["sweep"]["read_units"] == 2.5


# The bill.


def test_a_bill_is_what_was_counted_times_what_it_costs() -> None:
    made = the_bill(counts(write_units=1_000_000, read_units=2_000_000))

    assert isclose(line(made, "DynamoDB"), 0.625 + 2 * 0.125)


def test_what_people_cause_grows_with_them_and_what_stands_with_the_months() -> None:
    counted = counts(write_units=1_000_000, invocations=50, milliseconds=9000)
    one, ten = the_bill(counted), the_bill(counted, people=100, months=6)

    assert isclose(ten.whole.caused, 10 * one.whole.caused)
    assert isclose(ten.whole.stands, 6 * one.whole.stands)


def test_cold_starts_are_billed_as_well() -> None:
    warm = the_bill(counts(milliseconds=1000))
    cold = the_bill(counts(milliseconds=1000, invocations=1))

    assert line(cold, "Lambda") > line(warm, "Lambda") * 1.4


def test_the_allowances_take_away_a_million_polls_a_month_and_all_alarms() -> None:
    made = the_bill(counts())
    by_service = {line.service: line for line in made.lines}

    assert isclose(by_service["SQS"].total, 2.5 * 0.4)
    assert isclose(by_service["SQS"].with_allowances, 1.5 * 0.4)
    assert (by_service["CloudWatch"].total, by_service["CloudWatch"].with_allowances) == (0.5, 0)


@given(st.integers(1, 5000), st.integers(1, 60), st.integers(0, 10**7), st.integers(0, 10**7))
def test_allowances_never_make_a_bill_dearer_nor_less_than_nothing(
    people: int, months: int, written: int, invoked: int
) -> None:
    made = the_bill(counts(write_units=written, invocations=invoked), people=people, months=months)

    for each in (*made.lines, *made.by_month, made.a_month):
        assert -1e-9 <= each.with_allowances <= each.total + 1e-9
    assert isclose(made.whole.total, sum(line.total for line in made.lines))
    assert isclose(made.whole.caused, sum(month.caused for month in made.by_month))


# What stands, from the templates.

MAPPING = """\
Resources:
  A:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: !Ref Queue
      {more}
  B:
    Type: AWS::CloudWatch::Alarm
    Properties: {{}}
  C:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: rate(5 minutes)
  D:
    Type: AWS::Scheduler::Schedule
    Properties:
      ScheduleExpression: cron(0 9 * * ? *)
"""


@pytest.mark.parametrize(
    ("more", "polls"),
    [
        ("BatchSize: 10", 259_200),
        ("ScalingConfig: { MaximumConcurrency: 2 }", 648_000),
        ("Enabled: false", 0),
    ],
)
def test_a_queue_that_lambda_polls_is_in_the_bill_whether_anything_comes_or_not(
    more: str, polls: int, tmp_path: Path
) -> None:
    (tmp_path / "one.yaml").write_text(MAPPING.format(more=more), "utf-8")

    assert standing(tmp_path) == Standing(polls=polls, alarms=1, sweeps=8640, key_requests=0)


# The prices.


@pytest.mark.parametrize("region", regions())
def test_every_price_says_what_it_is_of_and_how_it_was_found_out(region: str) -> None:
    for name, price in prices(region).of.items():
        assert price.dollars > 0, name
        assert price.seen in {"list", "other", "memory"}, name
        assert price.page, name


def test_a_table_of_prices_grows_old_after_a_year() -> None:
    table: Prices = replace(prices("us-east-1"), on=date(2026, 1, 1))

    assert not table.old(date(2027, 1, 1))
    assert table.old(date(2027, 1, 1) + timedelta(days=1))


# The command.


def test_the_readme_holds_exactly_what_the_command_makes() -> None:
    readme = README.read_text("utf-8")

    assert written(readme) == readme, "run ./kith cost --write"


def test_a_readme_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="once each"):
        written(f"{BEGINS}\n{BEGINS}\n{ENDS}")


def test_the_bill_tells_the_date_of_its_prices(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--people", "200", "--months", "8"]) == 0

    told = capsys.readouterr().out
    assert f"200 people, 8 months, in eu-central-1; prices of {prices('eu-central-1').on}" in told
    assert "For each participant" in told


def test_the_bill_as_data_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--json", "--region", "us-east-1"]) == 0

    told = json.loads(capsys.readouterr().out)
    assert told["region"] == "us-east-1"
    assert isclose(told["whole"]["total"], sum(service["total"] for service in told["services"]))


def test_nothing_counted_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "COUNTS", tmp_path / "none.json")

    assert main(["cost"]) == 2
    assert "./kith cost --measure" in capsys.readouterr().err


def test_more_people_than_can_be_played_are_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", "--measure", "--people", "2001"]) == 1
    assert "only 4 to 2000 people can be played" in capsys.readouterr().err


@pytest.mark.emulator
@pytest.mark.whole
@pytest.mark.load
def test_a_smallest_cohort_is_played_and_counted_until_it_is_forgotten() -> None:
    counted = measure(number=4, weeks=2, seed=1)

    causes: Counter[str] = Counter()
    for by in counted["months"].values():
        for whose, each in by.items():
            causes.update({whose: each["invocations"]})
    assert set(causes) == {"web", "match", "mail", "feedback", "ask", "forget"}
    # Every day from the first of enrolment to the last of the survey has its ticks.
    last = date.fromisoformat(counted["played"]["last_day"])
    assert causes["ask"] >= (last - date.fromisoformat(counted["played"]["first_day"])).days
    assert counted["stored"]["bytes"] > counted["stored"]["items"] > 0
    made = bill(counted, standing(), prices("eu-central-1"), people=4, months=6)
    assert 0 < made.whole.caused < made.whole.stands
