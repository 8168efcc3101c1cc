"""Runs: what waits for a worker, who works on it until when, and what came of it.

A published run never changes again. It is introduced, which is noted on it once, and it can be
superseded; every change here names the version that it was decided on.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from boto3.dynamodb.conditions import Attr, ConditionBase

from functions.matching import Impossibility, from_data, to_data
from functions.programme.run import Run, RunState
from functions.storage import keys
from functions.storage.item_values import instant, instant_or_none, instant_text, item_of
from functions.storage.keys import Key
from functions.storage.table import Change, Item, ItemReader, Refusal, Table, amendment
from functions.storage.table import creation as creation_at

_INDEX = (keys.INDEX_PARTITION, keys.INDEX_SORT)
_LEASE = ("lease_owner", "lease_until")


def creation(run: Run) -> Change:
    """Return the change that queues a run; refused when there is one with its id."""
    return creation_at(_key(run), {**item_of(run), **_waits_from(run, run.requested_at)})


def get(table: ItemReader, cohort_id: str, run_id: str) -> Run | None:
    """Return the run, or None."""
    item = table.read(keys.run(cohort_id, run_id))
    return None if item is None else _run(item)


def in_cohort(table: Table, cohort_id: str) -> list[Run]:
    """Return the cohort's runs, the latest first."""
    found = map(_run, table.query(keys.runs_of(cohort_id), "RUN#"))
    return sorted(found, key=lambda run: (run.requested_at, run.id), reverse=True)


def waiting(table: Table, now: datetime) -> Iterator[Run]:
    """Yield runs that need a worker: queued, left by their worker, or published and not introduced."""
    for found in table.due(keys.runs(), keys.moments_until(now)):
        item = table.read(Key(found[keys.PARTITION], found[keys.SORT]))
        if item is not None and _waits(run := _run(item), now):
            yield run


def claim(table: Table, run: Run, *, owner: str, now: datetime, until: datetime) -> Run | None:
    """Return the run as its owner may work on it until then, or None when it is not to be had.

    A queued run is, and a running one whose lease is over; `run` is as it was read.
    """
    if run.state not in (RunState.QUEUED, RunState.RUNNING) or not _waits(run, now):
        return None
    running = replace(
        run, state=RunState.RUNNING, version=run.version + 1, progress=0, lease_owner=owner, lease_until=until
    )
    sets = {
        "state": str(RunState.RUNNING),
        "version": running.version,
        "progress": 0,
        "lease_owner": owner,
        "lease_until": instant_text(until),
        **_waits_from(run, until),
    }
    # Renewing a lease leaves the version as it is, so that the owner need not learn a new one each time.
    free = _in_state(RunState.QUEUED) | Attr("lease_until").lte(instant_text(now))
    change = amendment(_key(run), sets, condition=_unchanged(run) & free)
    return running if _written(table, change, owner) else None


def record_progress(
    table: Table, run: Run, *, owner: str, progress: int, until: datetime | None = None
) -> bool:
    """Note how far (0 … 100) the owner has come, and renew the lease when `until` is given.

    False when the run is no longer this owner's: stop working on it.
    """
    sets: dict[str, object] = {"progress": progress}
    if until is not None:
        sets |= {"lease_until": instant_text(until), **_waits_from(run, until)}
    change = amendment(_key(run), sets, condition=_unchanged(run) & _owned_by(owner))
    return _written(table, change, owner)


def record_snapshot(table: Table, run: Run, *, owner: str, snapshot_sha256: str) -> Run | None:
    """Note, once, which snapshot the run is about, and return the run with it.

    None when the run is no longer this owner's, or has a snapshot already: that one never changes.
    """
    version = run.version + 1
    once = _unchanged(run) & _owned_by(owner) & Attr("snapshot_sha256").not_exists()
    sets = {"snapshot_sha256": snapshot_sha256, "version": version}
    if not _written(table, amendment(_key(run), sets, condition=once), owner):
        return None
    return replace(run, snapshot_sha256=snapshot_sha256, version=version)


def proposal(
    run: Run, *, owner: str, summary: Mapping[str, int], snapshot_sha256: str, proposals_sha256: str
) -> Change:
    """Return the change that ends the work with proposals; refused unless the run is this owner's."""
    sets = {
        "progress": 100,
        "summary": dict(summary),
        "snapshot_sha256": snapshot_sha256,
        "proposals_sha256": proposals_sha256,
    }
    return _step(run, RunState.PROPOSED, sets, _owned_by(owner), removes=(*_LEASE, *_INDEX))


def failure(run: Run, *, owner: str, why: Impossibility | str, summary: Mapping[str, int]) -> Change:
    """Return the change that ends the work without proposals; refused unless the run is this owner's."""
    said = {"failure": why} if isinstance(why, str) else {"cannot_match": to_data(why)}
    sets = {**said, "summary": dict(summary)}
    return _step(run, RunState.FAILED, sets, _owned_by(owner), removes=(*_LEASE, *_INDEX))


def publication(run: Run, at: datetime) -> Change:
    """Return the change that publishes a proposed run; from then on it waits to be introduced."""
    sets = {"published_at": instant_text(at), **_waits_from(run, at)}
    return _step(run, RunState.PUBLISHED, sets, _in_state(RunState.PROPOSED))


def supersession(run: Run) -> Change:
    """Return the change that lets a proposed or published run give way to another."""
    standing = _in_state(RunState.PROPOSED) | _in_state(RunState.PUBLISHED)
    return _step(run, RunState.SUPERSEDED, {}, standing, removes=_INDEX)


def introduction(run: Run, at: datetime) -> Change:
    """Return the change that notes, once, that every pairing of a published run is introduced."""
    once = _in_state(RunState.PUBLISHED) & Attr("introduced_at").not_exists()
    return _step(run, RunState.PUBLISHED, {"introduced_at": instant_text(at)}, once, removes=_INDEX)


def _written(table: Table, change: Change, owner: str) -> bool:
    """Write what an owner alone may change; False when it was refused."""
    key = f"{owner}:{secrets.token_hex(8)}"
    return not isinstance(table.write_unaudited(change, idempotency_key=key), Refusal)


def _step(
    run: Run,
    state: RunState,
    sets: Mapping[str, object],
    condition: ConditionBase,
    removes: tuple[str, ...] = (),
) -> Change:
    sets = {**sets, "state": str(state), "version": run.version + 1}
    return amendment(_key(run), sets, condition=_unchanged(run) & condition, removes=removes)


def _unchanged(run: Run) -> ConditionBase:
    return Attr("version").eq(run.version)


def _in_state(state: RunState) -> ConditionBase:
    return Attr("state").eq(str(state))


def _owned_by(owner: str) -> ConditionBase:
    return _in_state(RunState.RUNNING) & Attr("lease_owner").eq(owner)


def _waits(run: Run, now: datetime) -> bool:
    if run.state is RunState.RUNNING:
        return run.lease_until is not None and run.lease_until <= now
    published = run.state is RunState.PUBLISHED and run.introduced_at is None
    return run.state is RunState.QUEUED or published


def _waits_from(run: Run, at: datetime) -> dict[str, str]:
    return {keys.INDEX_PARTITION: keys.runs(), keys.INDEX_SORT: keys.moment(at, run.id)}


def _key(run: Run) -> Key:
    return keys.run(run.cohort_id, run.id)


def _run(item: Item) -> Run:
    return Run(
        id=item["id"],
        cohort_id=item["cohort_id"],
        state=RunState(item["state"]),
        version=item["version"],
        policy=item["policy"],
        seed=item["seed"],
        requested_at=instant(item["requested_at"]),
        requested_by=item["requested_by"],
        progress=item["progress"],
        summary=item["summary"],
        snapshot_sha256=item.get("snapshot_sha256"),
        proposals_sha256=item.get("proposals_sha256"),
        failure=item.get("failure"),
        cannot_match=from_data(Impossibility, item["cannot_match"]) if "cannot_match" in item else None,
        published_at=instant_or_none(item.get("published_at")),
        introduced_at=instant_or_none(item.get("introduced_at")),
        lease_owner=item.get("lease_owner"),
        lease_until=instant_or_none(item.get("lease_until")),
    )
