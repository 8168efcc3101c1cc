"""`./kith backup ENVIRONMENT`: the whole table in one file, to keep outside the account.

The file is gzip of lines of JSON: a header, every item as DynamoDB writes it, a digest of all that. It is
written whole or not at all, and read by nobody but its owner. Whatever is a fact of the programme is written
together with its entry in the audit trail, so a table whose trail stood still while it was read was read at
one moment; otherwise it is read again.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from functions.programme.links import digest_of, token_of
from functions.services import Services
from functions.storage import keys
from functions.storage.enrolment import cohorts
from functions.usecases.access.sign_in import EVERYWHERE
from infra.deploy.deployment import Deployment, deployment_of
from infra.deploy.environment import ENVIRONMENT
from infra.deploy.errors import OperatorError, explain_errors

DONE = 0
FORMAT = 1
READINGS = 5
TOLD_EVERY = 5_000
# An item has 400 KB at most, and a sign of it takes six at most.
LONGEST_LINE = 4 * 2**20

Tell = Callable[[str], None]
# An item as it goes over the wire: {"pk": {"S": "…"}, …}
Wire = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a copy says of itself. `link_key` tells keys apart, and nothing of them."""

    environment: str
    programme: str
    table: str
    written_at: str
    items: int
    link_key: str
    format: int = FORMAT


def write(deployment: Deployment, file: Path, *, of: str | None = None, tell: Tell = print) -> Header:
    """Write the whole table into a file that isn't there yet; raises `OperatorError`.

    `of` names another table of the account, one that point-in-time recovery has made.
    """
    if file.exists():
        raise OperatorError(
            step="keeping a copy of the table",
            cause=f"{file} is there already.",
            remedy="Name another file (--to FILE); nothing is written over.",
        )
    services, table = deployment.services(), of or deployment.outputs()["TableName"]
    number, packed = _read_at_one_moment(deployment, services, table, tell)
    header = Header(
        environment=deployment.environment.name,
        programme=deployment.environment.programme,
        table=table,
        written_at=services.clock().isoformat(),
        items=number,
        link_key=fingerprint(services.link_keys[0]),
    )
    draft = file.with_name(f"{file.name}.draft")
    try:
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            _assemble(out, header, packed)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(file)
    except OSError as fault:
        raise OperatorError(
            step="writing the file",
            cause=f"{fault.strerror}: {file}",
            remedy="Name a file in a folder with room that you may write to (--to FILE).",
        ) from fault
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return header


def verified(file: Path) -> Header:
    """Return what a whole and unchanged copy says of itself; raises `OperatorError` for any other file."""
    digest, count, last = hashlib.sha256(), 0, b""
    header: Header | None = None
    try:
        for line in _lines_in(file):
            digest.update(last)
            last, count = line, count + 1
            header = header or _header(line)
        told = json.loads(last)
    except FileNotFoundError as fault:
        raise _unusable(file, "There is no such file.") from fault
    except (OSError, EOFError, zlib.error, ValueError, TypeError, RecursionError) as fault:
        raise _unusable(file, "It can't be read to its end as a copy that ./kith backup wrote.") from fault
    if header is None or told != {"sha256": digest.hexdigest()} or count - 2 != header.items:
        raise _unusable(file, "It was changed or cut short after it was written.")
    return header


def items_in(file: Path) -> Iterator[Wire]:
    """Yield every item of a copy that was verified."""
    for line in islice(_lines_in(file), 1, None):
        item = json.loads(line, object_hook=_decoded)
        if keys.PARTITION in item:
            yield item


def fingerprint(link_key: bytes) -> str:
    """Return a word that is the same for the same key and tells nothing of it."""
    return digest_of(token_of(link_key, "fingerprint"))[:16]


def everything(deployment: Deployment, table: str, *names: str) -> Iterator[Wire]:
    """Yield every item of a table as DynamoDB writes it, or these attributes of every item."""
    asked: dict[str, Any] = {}
    if names:
        asked["ProjectionExpression"] = ", ".join(f"#{number}" for number in range(len(names)))
        asked["ExpressionAttributeNames"] = {f"#{number}": name for number, name in enumerate(names)}
    pages = deployment.cloud.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(TableName=table, ConsistentRead=True, **asked):
        yield from page["Items"]


def _read_at_one_moment(
    deployment: Deployment, services: Services, table: str, tell: Tell
) -> tuple[int, io.BytesIO]:
    for _ in range(READINGS):
        before = _ends_of_the_trail(services)
        packed, number = io.BytesIO(), 0
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as out:
            for item in everything(deployment, table):
                out.write(_line(item))
                number += 1
                if number % TOLD_EVERY == 0:
                    tell(f"  {number:,} items")
        if _ends_of_the_trail(services) == before:
            packed.seek(0)
            return number, packed
        tell("  Somebody wrote meanwhile; reading once more")
    raise OperatorError(
        step="reading the table",
        cause=f"People were busy: {READINGS} times something was written while it was read.",
        remedy="Repeat it at a quieter hour. Point-in-time recovery holds every second of 35 days anyway.",
    )


def _ends_of_the_trail(services: Services) -> list[Mapping[str, Any] | None]:
    of = [EVERYWHERE, *(cohort.id for cohort in cohorts.every(services.table))]
    heads = (keys.audit_head(cohort_id, shard) for cohort_id in of for shard in range(keys.SHARDS))
    return [services.table.read(head) for head in heads]


def _assemble(out: Any, header: Header, packed: io.BytesIO) -> None:
    digest = hashlib.sha256()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", filename="", mtime=0) as copy,
        gzip.GzipFile(fileobj=packed) as lines,
    ):
        first = _line({"kith": "copy of a table", **asdict(header)})
        for line in chain([first], lines):
            digest.update(line)
            copy.write(line)
        copy.write(_line({"sha256": digest.hexdigest()}))


def _lines_in(file: Path) -> Iterator[bytes]:
    """Yield the lines of a copy; raises ValueError for one that is longer than any of ours."""
    with gzip.open(file, "rb") as copy:
        while line := copy.readline(LONGEST_LINE):
            if not line.endswith(b"\n"):
                raise ValueError("no line of a copy")
            yield line


def _header(line: bytes) -> Header:
    told = json.loads(line)
    if not isinstance(told, dict) or told.pop("kith", None) != "copy of a table":
        raise ValueError("no copy of a table")
    if told.get("format") != FORMAT:
        raise OperatorError(
            step="reading the copy",
            cause=f"It has the format {told.get('format')}; this version reads {FORMAT}.",
            remedy="Use the version of Kith that wrote it, or a newer one.",
        )
    return Header(**told)


def _line(of: Mapping[str, Any]) -> bytes:
    return json.dumps(of, default=_encoded, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _encoded(value: Any) -> dict[str, str]:
    return {"base64": base64.b64encode(bytes(value)).decode()}


def _decoded(of: dict[str, Any]) -> Any:
    # An attribute of that name would hold a type with a value, never bare text.
    bytes_ = of.keys() == {"base64"} and isinstance(of["base64"], str)
    return base64.b64decode(of["base64"]) if bytes_ else of


def _unusable(file: Path, cause: str) -> OperatorError:
    return OperatorError(
        step="reading the copy",
        cause=f"{file}: {cause}",
        remedy="Use another copy. Nothing was changed.",
    )


@click.command(
    epilog="AWS itself keeps every second of the last 35 days, inside the account (point-in-time "
    "recovery): that is for a mistake noticed soon. This file is for what ends an account, and for "
    "moving. It holds personal data: encrypt it, and delete it within 35 days."
)
@ENVIRONMENT
@click.option(
    "--from",
    "table",
    metavar="TABLE",
    help="another table of the account, such as one that point-in-time recovery has made",
)
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="where to (a name with the time, in this folder)",
)
@explain_errors("keeping a copy of the table")
def command(*, environment: str, table: str | None, file: Path | None) -> int:
    """Keep a copy of the whole table in one file."""
    file = file or Path(f"kith-{environment}-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl.gz")
    header = write(deployment_of(environment), file, of=table)
    print(
        f"Kept: {file}, {header.items} items, {file.stat().st_size:,} bytes.\n"
        "It holds everybody's names, addresses and answers. Encrypt it, keep it apart from this account, and "
        "delete it within 35 days: whoever asks to be erased is not erased in it."
    )
    return DONE
