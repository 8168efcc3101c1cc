"""Supply forecasts: the last one of each cohort, and when one was last requested."""

from datetime import datetime

from boto3.dynamodb.conditions import Attr

from functions.programme.supply_forecast import (
    Bottleneck,
    Shortage,
    SupplyForecast,
    SupplyForecastStatus,
)
from functions.storage import keys
from functions.storage.item_values import instant, instant_or_none, instant_text, item_of, to_item_value
from functions.storage.table import Item, Table, amendment


def of(table: Table, cohort_id: str) -> SupplyForecastStatus:
    """Return what is known of the cohort's shortages; nothing at all before the first count."""
    item = table.read(keys.supply_forecast(cohort_id)) or {}
    kept = item.get("forecast")
    return SupplyForecastStatus(
        forecast=None if kept is None else _forecast(kept),
        requested_at=instant_or_none(item.get("requested_at")),
    )


def request(table: Table, cohort_id: str, at: datetime) -> None:
    """Note that a count was asked for."""
    change = amendment(keys.supply_forecast(cohort_id), {"requested_at": instant_text(at)}, condition=None)
    table.write_unaudited(change, idempotency_key=f"request-supply-forecast:{instant_text(at)}")


def keep(table: Table, cohort_id: str, forecast: SupplyForecast) -> None:
    """Keep a forecast in place of an older one; one that was counted earlier never replaces a newer one."""
    counted_at = instant_text(forecast.counted_at)
    kept = item_of(forecast) | {name: _items(getattr(forecast, name)) for name in _LISTS}
    newer = Attr("counted_at").not_exists() | Attr("counted_at").lt(counted_at)
    change = amendment(
        keys.supply_forecast(cohort_id), {"forecast": kept, "counted_at": counted_at}, condition=newer
    )
    table.write_unaudited(change, idempotency_key=f"supply-forecast:{counted_at}")


_LISTS = ("bottlenecks", "shortages")


def _items(records: tuple[Bottleneck, ...] | tuple[Shortage, ...]) -> list[Item]:
    return [to_item_value(item_of(record)) for record in records]


def _forecast(kept: Item) -> SupplyForecast:
    return SupplyForecast(
        counted_at=instant(kept["counted_at"]),
        mentees=kept["mentees"],
        mentors=kept["mentors"],
        places=kept["places"],
        served_at_most=kept["served_at_most"],
        elsewhere=kept.get("elsewhere"),
        bottlenecks=tuple(
            Bottleneck(
                mentees=item["mentees"],
                places=item.get("places"),
                short=item["short"],
                everywhere=item["everywhere"],
                alike=tuple(item["alike"]),
                because=tuple(item["because"]),
            )
            for item in kept["bottlenecks"]
        ),
        shortages=tuple(
            Shortage(
                label=item["label"],
                entry=item["entry"],
                how=item["how"],
                wanted=item["wanted"],
                places=item.get("places"),
                short=item["short"],
            )
            for item in kept["shortages"]
        ),
        fault=kept["fault"],
    )
