"""What was deployed, kept: the four zips and the site of each release, and when each was put live.

    releases/<id>/web.zip match.zip mail.zip feedback.zip site.zip
    releases/<id>/release.json        written last: without it there is no release
    current.json                      what was put live and when, newest first

A release's id follows from the bytes of its files. What is built from the same sources is the same release,
whoever keeps it and however often.
"""

import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra import ROOT
from infra.build import zips
from infra.deploy.deployment import Deployment
from infra.deploy.errors import OperatorError

SITE = "site.zip"
FILES = (*(f"{name}.zip" for name in zips.FUNCTIONS), SITE)
ASSETS = "assets/"
HISTORY = "current.json"
COMPLETE = "release.json"
MOST_TOLD, MOST_KEPT = 20, 10
# A keeping that was broken off is finished within a day, or nobody will.
LEFT_LYING = timedelta(days=1)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release. `digests` are the SHA-256 of its files in hex; `assets` what its pages refer to.

    `revision` is the commit that it was built from, with a `+` when something was not committed yet;
    `architecture` the processor that its zips are for, where that is one of Lambda's.
    """

    id: str
    digests: Mapping[str, str]
    assets: Sequence[str]
    programme: str
    made_at: str
    revision: str | None = None
    architecture: str | None = None

    def key(self, file: str) -> str:
        """Return where in the bucket a file of it is."""
        return f"releases/{self.id}/{file}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """That a release was put live. `back` says that it had been live before and was gone back to."""

    id: str
    live_at: str
    back: bool = False


def keep(deployment: Deployment, folder: Path, tell: Tell = lambda _: None) -> Release:
    """Keep what `folder` holds (`zips/` and `site/`, as built) as a release, and return it.

    What is there already is not sent again, and what another release has is copied from there. Of the
    releases beyond the last ten all are removed but the one that is live and the one before it.
    """
    files = {f"{name}.zip": (folder / "zips" / f"{name}.zip").read_bytes() for name in zips.FUNCTIONS}
    files[SITE] = _packed(folder / "site")
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    bucket, id_ = _bucket(deployment), _id(digests)
    if (standing := bucket.release(id_)) is not None:
        tell(f"Release {id_} is kept already")
        return standing
    made = Release(
        id=id_,
        digests=digests,
        assets=sorted(name for name in _names_in(files[SITE]) if name.startswith(ASSETS)),
        programme=deployment.environment.programme,
        made_at=_now(),
        revision=_revision(),
        architecture=zips.processor_of(folder / "zips"),
    )
    others = bucket.releases()
    for name, content in files.items():
        bucket.bring(made, name, content, others)
    bucket.write(made.key(COMPLETE), asdict(made))
    _remove_old(bucket, [made, *others])
    tell(f"Release {id_} is kept")
    return made


def every(deployment: Deployment) -> list[Release]:
    """Return every whole release, the last made first."""
    return _bucket(deployment).releases()


def get(deployment: Deployment, id_: str) -> Release:
    """Return the release of that id, or the only one whose id begins so.

    Raises `OperatorError` without one.
    """
    kept = every(deployment)
    found = [release for release in kept if id_ and release.id.startswith(id_)]
    if len(found) == 1:
        return found[0]
    raise OperatorError(
        step="looking for the release",
        cause=f"{'More than one kept release begins' if found else 'No kept release begins'} with `{id_}`.",
        remedy=f"Kept are: {', '.join(release.id for release in kept) or 'none yet'}.",
    )


def history(deployment: Deployment) -> list[Live]:
    """Return what was put live, newest first, at most twenty entries."""
    return _bucket(deployment).history()


def current(deployment: Deployment) -> Release | None:
    """Return the release that was put live last; None before the first."""
    bucket = _bucket(deployment)
    told = bucket.history()
    return bucket.release(told[0].id) if told else None


def before(deployment: Deployment) -> Release | None:
    """Return what a rollback leads to: the release that the one now live took the place of.

    From one that was gone back to it leads further back, never to one that was rolled back from.
    """
    bucket = _bucket(deployment)
    earlier = _before(bucket.history())
    return bucket.release(earlier) if earlier else None


def still_open(deployment: Deployment, release: Release) -> frozenset[str]:
    """Return the assets of the release that was live last beside this one: people may have its pages open."""
    bucket = _bucket(deployment)
    other = next((entry.id for entry in bucket.history() if entry.id != release.id), "")
    found = bucket.release(other) if other else None
    return frozenset(found.assets) if found else frozenset()


def put_live(deployment: Deployment, release: Release, *, back: bool = False) -> None:
    """Note that the release is live now; saying so again changes nothing."""
    bucket = _bucket(deployment)
    told = bucket.history()
    if not told or told[0].id != release.id:
        told.insert(0, Live(id=release.id, live_at=_now(), back=back))
        bucket.write(HISTORY, [asdict(entry) for entry in told[:MOST_TOLD]])


def site_of(deployment: Deployment, release: Release, out: Path) -> Path:
    """Unpack the release's site into `out` and return that.

    Raises `OperatorError` if it is not what was kept.
    """
    with zipfile.ZipFile(io.BytesIO(site_zip(deployment, release))) as packed:
        packed.extractall(out)
    return out


def site_zip(deployment: Deployment, release: Release) -> bytes:
    """Return the release's site, packed; raises `OperatorError` if it is not what was kept."""
    content = _bucket(deployment).read(release.key(SITE))
    if content is None or hashlib.sha256(content).hexdigest() != release.digests[SITE]:
        raise OperatorError(
            step="fetching the site of a release",
            cause=f"The site of release {release.id} is gone from its bucket, or is not what was kept.",
            remedy="Choose another release, or deploy again from the sources.",
        )
    return content


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bucket:
    """The bucket of releases."""

    store: Any
    name: str

    def releases(self) -> list[Release]:
        ids = {key.split("/")[1] for key in self.stored() if key.endswith(f"/{COMPLETE}")}
        found = (self.release(id_) for id_ in ids)
        return sorted(
            (release for release in found if release is not None),
            key=lambda release: (release.made_at, release.id),
            reverse=True,
        )

    def release(self, id_: str) -> Release | None:
        written = self.read(f"releases/{id_}/{COMPLETE}")
        return Release(**json.loads(written)) if written else None

    def history(self) -> list[Live]:
        return [Live(**entry) for entry in json.loads(self.read(HISTORY) or b"[]")]

    def bring(self, release: Release, name: str, content: bytes, others: Sequence[Release]) -> None:
        """Have the file in the bucket: left as it is, copied within it, or sent."""
        digest, key = release.digests[name], release.key(name)
        if self.digest_of(key) == digest:
            return
        has_it = next((other for other in others if other.digests.get(name) == digest), None)
        if has_it is not None:
            source = {"Bucket": self.name, "Key": has_it.key(name)}
            self.store.copy_object(Bucket=self.name, Key=key, CopySource=source)
        else:
            # Large ones go in parts, and a part that the line loses is sent again by itself.
            told = {"Metadata": {"sha256": digest}, "ContentType": "application/zip"}
            self.store.upload_fileobj(io.BytesIO(content), self.name, key, ExtraArgs=told)

    def digest_of(self, key: str) -> str:
        """Return the SHA-256 of the kept content; an empty text where nothing is kept."""
        try:
            return str(self.store.head_object(Bucket=self.name, Key=key)["Metadata"].get("sha256", ""))
        except ClientError as fault:
            if fault.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND:
                return ""
            raise

    def stored(self) -> dict[str, datetime]:
        """Return the key of every file of every release, with when it was written."""
        pages = self.store.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix="releases/")
        return {item["Key"]: item["LastModified"] for page in pages for item in page.get("Contents", ())}

    def read(self, key: str) -> bytes | None:
        try:
            content: bytes = self.store.get_object(Bucket=self.name, Key=key)["Body"].read()
        except self.store.exceptions.NoSuchKey:
            return None
        return content

    def write(self, key: str, what: object) -> None:
        self.store.put_object(
            Bucket=self.name,
            Key=key,
            Body=json.dumps(what, indent=1, sort_keys=True).encode(),
            ContentType="application/json",
        )


def _bucket(deployment: Deployment) -> _Bucket:
    return _Bucket(store=deployment.cloud.client("s3"), name=deployment.outputs()["ReleasesBucket"])


def _id(digests: Mapping[str, str]) -> str:
    lines = "".join(f"{name} {digests[name]}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def _before(told: Sequence[Live]) -> str | None:
    """Return the id of the release before the one live now.

    newest first:  B (back)  C  B  A            B is live; when it was deployed it took A's place:  A
                   A (back)  B (back)  C  B  A  A took nobody's place:                              None
    """
    now = 0
    while now < len(told) and told[now].back:
        former = (number for number in range(now + 1, len(told)) if told[number].id == told[now].id)
        now = next(former, now + 1)
    return told[now + 1].id if now + 1 < len(told) else None


def _remove_old(bucket: _Bucket, whole: Sequence[Release]) -> None:
    """Remove what is beyond the last ten, and what a keeping that was broken off left lying.

    How old a release is counts from when it was made or last put live. It loses its release.json first:
    half a release must not look like one.
    """
    told = bucket.history()
    last = {release.id: release.made_at for release in whole}
    for entry in told:
        if entry.id in last:
            last[entry.id] = max(last[entry.id], entry.live_at)
    newest = sorted(last, key=lambda id_: (last[id_], id_), reverse=True)[:MOST_KEPT]
    needed = {whole[0].id, *newest, *(entry.id for entry in told[:1]), _before(told)}
    since = datetime.now(UTC) - LEFT_LYING
    gone = [
        key
        for key, written_at in bucket.stored().items()
        if (id_ := key.split("/")[1]) not in needed and (id_ in last or written_at < since)
    ]
    for key in sorted(gone, key=lambda key: (not key.endswith(f"/{COMPLETE}"), key)):
        bucket.store.delete_object(Bucket=bucket.name, Key=key)


def _packed(folder: Path) -> bytes:
    """Return the folder as a zip whose bytes follow from its files alone."""
    content = io.BytesIO()
    zips.pack(folder, content)
    return content.getvalue()


def _names_in(packed: bytes) -> Collection[str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as site:
        return site.namelist()


def _revision() -> str | None:
    """Return the commit that the sources are at, if they are a checkout and git is here."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(ROOT), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("+" if git("status", "--porcelain") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
