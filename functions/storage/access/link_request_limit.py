"""How often fresh links were asked for with an address: counted for every address, known or not."""

from datetime import datetime, timedelta

from boto3.dynamodb.conditions import Attr

from functions.storage import keys
from functions.storage.item_values import instant, instant_text, seconds
from functions.storage.table import Refusal, Table, amendment

MOST_IN_AN_HOUR = 3
HOUR = timedelta(hours=1)


def count(table: Table, email: str, now: datetime, *, idempotency_key: str) -> bool:
    """Count a request; False when the address had its three in the last hour, or several came at once."""
    key = keys.link_requests(email)
    stored = table.read(key)
    times = stored["times"] if stored else []
    recent = [time for time in times if instant(time) > now - HOUR]
    if len(recent) >= MOST_IN_AN_HOUR:
        return False
    as_read = Attr("times").eq(times) if stored else Attr(keys.PARTITION).not_exists()
    sets = {"times": [*recent, instant_text(now)], keys.EXPIRES: seconds(now + HOUR)}
    change = amendment(key, sets, condition=as_read)
    return not isinstance(table.write_unaudited(change, idempotency_key=idempotency_key), Refusal)
