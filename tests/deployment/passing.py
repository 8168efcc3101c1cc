"""Days pass for a deployed programme: whatever its table dates lies that many days further back.

Its functions live by the real clock, and nothing in them can be told another time. So the table is moved
instead: to the functions it is as if everything had happened, and were due, that much earlier.
"""

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from functions.storage import keys

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A day, an instant, or the index's "instant#id".
DATED = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?P<rest>|T[\d:.]+Z(#.*)?)")
# What is sealed by its digest says when it was made, and is true for ever.
SEALED = ("DOCUMENT#", "AUDIT#")
SECONDS = 24 * 60 * 60


def let_pass(client: "DynamoDBClient", table: str, *, days: int) -> None:
    """Let that many days pass for everything in the table."""
    for page in client.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            if item[keys.PARTITION]["S"].startswith(SEALED):
                continue
            moved = {name: _moved(value, days) for name, value in item.items()}
            if keys.EXPIRES in moved:
                moved[keys.EXPIRES] = {"N": str(int(item[keys.EXPIRES]["N"]) - days * SECONDS)}
            if moved != item:
                client.put_item(TableName=table, Item=moved)


def _moved(value: Any, days: int) -> Any:
    """Return a value of DynamoDB's JSON with every date in it that much earlier."""
    ((kind, held),) = value.items()
    if kind == "S" and (dated := DATED.fullmatch(held)):
        earlier = date.fromisoformat(dated["day"]) - timedelta(days=days)
        return {kind: f"{earlier.isoformat()}{dated['rest']}"}
    if kind == "M":
        return {kind: {name: _moved(inner, days) for name, inner in held.items()}}
    if kind == "L":
        return {kind: [_moved(inner, days) for inner in held]}
    return value
