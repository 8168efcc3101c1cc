"""Puts a built site into its bucket, so that nobody meets a page whose styles are not there yet or no more.

Assets go first: their address changes with their content, so browsers keep them for ever. Pages follow; a
browser asks again each time, and the edge keeps them until it is told otherwise. Last goes what is no longer
part of the site, but for the assets of the release before, whose pages somebody may have open.

Each file's digest stands beside it in the bucket: only what differs is sent, so a putting that was broken off
is simply done again.
"""

import hashlib
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.deploy.deployment import Deployment
from infra.deploy.errors import OperatorError
from infra.deploy.release.releases import ASSETS, Tell

FOR_EVER = "public, max-age=31536000, immutable"
# An edge whose invalidation failed tells the old for a day at most.
ASKED_AGAIN = "public, max-age=0, s-maxage=86400, must-revalidate"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml; charset=utf-8",
}
# As many connections as a client has; more would only wait.
AT_ONCE = 8
TOLD_EVERY_SECONDS = 5
MOST_IN_ONE_REMOVAL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What putting a site changed, as names of files."""

    sent: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file as it stands in the bucket: its digest, and what it is served with."""

    digest: str
    kind: str
    kept: str


def put(
    deployment: Deployment,
    folder: Path,
    *,
    still_open: Collection[str] = (),
    tell: Tell = lambda _: None,
) -> Changed:
    """Make the site bucket hold what the folder holds, and have the distribution forget what it kept.

    `still_open` are the assets that stay although this site does without them. Raises `OperatorError` for a
    folder that is no site or holds a kind of file that nobody has given a content type, before anything is
    sent.
    """
    outputs = deployment.outputs()
    store = deployment.cloud.client("s3")
    changed = fill(store, outputs["SiteBucket"], folder, still_open=still_open, tell=tell)
    tell(f"{len(changed.sent)} files sent, {len(changed.removed)} removed")
    _invalidate(deployment, outputs["DistributionId"])
    return changed


def fill(store: Any, bucket: str, folder: Path, *, still_open: Collection[str] = (), tell: Tell) -> Changed:
    """Do the same with the bucket alone."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    _refuse(folder, files)
    there = set(_names(store, bucket))
    sent: list[str] = []
    for part in (
        [name for name in sorted(files) if name.startswith(ASSETS)],
        [name for name in sorted(files) if not name.startswith(ASSETS)],
    ):
        sent += _each(part, lambda name: _send(store, bucket, name, files[name], there=name in there), tell)
    removed = sorted(there - set(files) - set(still_open))
    _remove(store, bucket, removed)
    return Changed(sent=tuple(sent), removed=tuple(removed))


def as_sent(name: str, content: bytes) -> Sent:
    """Return how a file of the site stands in the bucket."""
    return Sent(
        digest=hashlib.sha256(content).hexdigest(),
        kind=TYPES[Path(name).suffix],
        kept=FOR_EVER if name.startswith(ASSETS) else ASKED_AGAIN,
    )


def _refuse(folder: Path, files: Mapping[str, Path]) -> None:
    unknown = sorted({path.suffix or path.name for path in files.values() if path.suffix not in TYPES})
    if "index.html" not in files or unknown:
        raise OperatorError(
            step="putting the site in its bucket",
            cause=f"Nothing says how to serve {', '.join(unknown)}."
            if unknown
            else f"{folder} holds no index.html, so it is no site.",
            remedy="Add its content type to TYPES in infra/deploy/release/pages.py."
            if unknown
            else "Build it first: ./kith build",
        )


def _names(store: Any, bucket: str) -> Iterator[str]:
    for page in store.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (item["Key"] for item in page.get("Contents", ()))


def _each(names: Iterable[str], send: Callable[[str], bool], tell: Tell) -> list[str]:
    """Send them several at once; return those that needed it. The first failure ends it."""
    names = list(names)
    sent, done, told_at = [], 0, time.monotonic()
    hands = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="kith-pages")
    try:
        waiting = {hands.submit(send, name): name for name in names}
        for finished in as_completed(waiting):
            done += 1
            if finished.result():
                sent.append(waiting[finished])
            if time.monotonic() - told_at > TOLD_EVERY_SECONDS:
                told_at = time.monotonic()
                tell(f"{done} of {len(names)} files")
    finally:
        hands.shutdown(cancel_futures=True)
    return sorted(sent)


def _send(store: Any, bucket: str, name: str, file: Path, *, there: bool) -> bool:
    """Send the file unless it stands there just so; return whether that was needed."""
    content = file.read_bytes()
    wanted = as_sent(name, content)
    if there and standing(store, bucket, name) == wanted:
        return False
    store.put_object(
        Bucket=bucket,
        Key=name,
        Body=content,
        ContentType=wanted.kind,
        CacheControl=wanted.kept,
        Metadata={"sha256": wanted.digest},
    )
    return True


def standing(store: Any, bucket: str, name: str) -> Sent:
    """Return how the file stands in the bucket now."""
    found = store.head_object(Bucket=bucket, Key=name)
    return Sent(
        digest=found["Metadata"].get("sha256", ""),
        kind=found.get("ContentType", ""),
        kept=found.get("CacheControl", ""),
    )


def _remove(store: Any, bucket: str, names: list[str]) -> None:
    for first in range(0, len(names), MOST_IN_ONE_REMOVAL):
        some = [{"Key": name} for name in names[first : first + MOST_IN_ONE_REMOVAL]]
        answer = store.delete_objects(Bucket=bucket, Delete={"Objects": some, "Quiet": True})
        if refused := answer.get("Errors"):
            raise OperatorError(
                step="removing what is no longer part of the site",
                cause=f"AWS refused {len(refused)} files, such as {refused[0]['Key']}: {refused[0]['Code']}.",
                remedy="Repeat the command: what is done already is left as it is.",
                partial_state="The new site is in its place; some files of the former one are still there.",
            )


def _invalidate(deployment: Deployment, distribution: str) -> None:
    """Have every edge ask anew, and return when all have been told.

    Also when nothing was sent: the one who sent it may have been interrupted before telling.
    """
    edge = deployment.cloud.client("cloudfront")
    asked = edge.create_invalidation(
        DistributionId=distribution,
        InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": uuid.uuid4().hex},
    )
    edge.get_waiter("invalidation_completed").wait(
        DistributionId=distribution,
        Id=asked["Invalidation"]["Id"],
        WaiterConfig={"Delay": 5, "MaxAttempts": 120},
    )
