"""What is kept of a release, in moto and in the emulator."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.deploy.errors import OperatorError
from infra.deploy.release import releases
from infra.deploy.release.releases import Release
from tests.infra.deploy.deployed_env import DeployedEnv, built, stored

HOME = {"index.html": "<h1>Kith</h1>", "assets/1/kith.css": "h1 { color: red }"}


def keep(deployment: DeployedEnv, folder: Path, number: int, *, live: bool = True) -> Release:
    release = releases.keep(
        deployment, built(folder / str(number), site={**HOME, "faq/index.html": str(number)})
    )
    if live:
        releases.put_live(deployment, release)
    return release


def lose(deployment: DeployedEnv, key: str) -> None:
    deployment.cloud.client("s3").delete_object(Bucket=deployment.laid["ReleasesBucket"], Key=key)


def body(deployment: DeployedEnv, key: str) -> bytes:
    found = deployment.cloud.client("s3").get_object(Bucket=deployment.laid["ReleasesBucket"], Key=key)
    content: bytes = found["Body"].read()
    return content


def test_a_release_holds_every_file_with_its_digest(deployment: DeployedEnv, tmp_path: Path) -> None:
    release = releases.keep(deployment, built(tmp_path, site=HOME))

    for file, digest in release.digests.items():
        assert hashlib.sha256(body(deployment, release.key(file))).hexdigest() == digest
    assert set(release.digests) == {"web.zip", "match.zip", "mail.zip", "feedback.zip", "site.zip"}
    assert (release.assets, release.programme) == (["assets/1/kith.css"], "first-year")
    assert json.loads(body(deployment, release.key("release.json")))["id"] == release.id
    assert len(release.id) == 12


def test_the_same_build_is_the_same_release_and_nothing_is_sent_again(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    first = releases.keep(deployment, built(tmp_path / "here", site=HOME))
    there = stored(deployment, "ReleasesBucket")

    again = releases.keep(deployment, built(tmp_path / "elsewhere", site=HOME))

    assert again == first
    assert stored(deployment, "ReleasesBucket") == there


def test_another_page_or_another_function_is_another_release(deployment: DeployedEnv, tmp_path: Path) -> None:
    ids = {
        releases.keep(deployment, built(tmp_path / "1", site=HOME)).id,
        releases.keep(deployment, built(tmp_path / "2", site={**HOME, "index.html": "Other"})).id,
        releases.keep(deployment, built(tmp_path / "3", site=HOME, functions="two")).id,
    }

    assert len(ids) == 3


def test_a_release_without_its_last_file_is_none_until_it_is_kept_again(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    release = keep(deployment, tmp_path, 1, live=False)
    lose(deployment, release.key("release.json"))
    lose(deployment, release.key("site.zip"))
    assert releases.every(deployment) == []
    with pytest.raises(OperatorError, match="No kept release begins with"):
        releases.get(deployment, release.id)

    again = keep(deployment, tmp_path, 1, live=False)

    assert releases.every(deployment) == [again]
    assert (again.id, again.digests) == (release.id, release.digests)
    assert releases.site_of(deployment, again, tmp_path / "out").joinpath("index.html").is_file()


def test_what_another_release_has_is_copied_within_the_bucket(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    keep(deployment, tmp_path, 1)
    sent: list[str] = []
    deployment.cloud.client("s3").meta.events.register(
        "before-call.s3.PutObject", lambda params, **_: sent.append(params["url_path"])
    )

    release = keep(deployment, tmp_path, 2)

    assert {path.rpartition("/")[2] for path in sent} == {"site.zip", "release.json", "current.json"}
    assert body(deployment, release.key("match.zip")) == b"match one"


def test_what_was_put_live_is_told_newest_first_and_once(deployment: DeployedEnv, tmp_path: Path) -> None:
    assert releases.current(deployment) is None
    first, second = keep(deployment, tmp_path, 1), keep(deployment, tmp_path, 2)
    releases.put_live(deployment, second)

    assert [entry.id for entry in releases.history(deployment)] == [second.id, first.id]
    assert releases.current(deployment) == second
    assert releases.before(deployment) == first


def test_of_what_was_put_live_the_last_twenty_are_told(deployment: DeployedEnv, tmp_path: Path) -> None:
    first, second = keep(deployment, tmp_path, 1, live=False), keep(deployment, tmp_path, 2, live=False)
    for number in range(23):
        releases.put_live(deployment, (first, second)[number % 2])

    assert len(releases.history(deployment)) == 20
    assert releases.history(deployment)[0].id == first.id


def test_going_back_twice_leads_one_further_back_and_then_nowhere(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    first, second, third = (keep(deployment, tmp_path, number) for number in (1, 2, 3))

    releases.put_live(deployment, second, back=True)
    assert releases.before(deployment) == first
    releases.put_live(deployment, first, back=True)
    assert releases.before(deployment) is None

    fourth = keep(deployment, tmp_path, 4)
    assert releases.before(deployment) == first
    assert releases.current(deployment) == fourth
    assert third.id not in {release.id for release in (first, second, fourth)}


def test_the_assets_of_the_release_before_are_still_needed(deployment: DeployedEnv, tmp_path: Path) -> None:
    first = releases.keep(deployment, built(tmp_path / "1", site=HOME))
    second = releases.keep(deployment, built(tmp_path / "2", site={"index.html": "", "assets/2/a.css": ""}))
    assert releases.still_open(deployment, first) == frozenset()

    releases.put_live(deployment, first)
    while_deploying = releases.still_open(deployment, second)
    releases.put_live(deployment, second)
    once_more = releases.still_open(deployment, second)

    assert while_deploying == once_more == {"assets/1/kith.css"}


def test_ten_releases_are_kept_and_always_those_that_are_needed(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    made = [keep(deployment, tmp_path, number, live=number <= 2) for number in range(1, 15)]

    kept = {release.id for release in releases.every(deployment)}

    assert kept == {release.id for release in (*made[:2], *made[4:])}
    assert releases.current(deployment) == made[1]
    assert releases.before(deployment) == made[0]
    assert len(stored(deployment, "ReleasesBucket")) == 12 * 6 + 1


def test_what_a_broken_off_keeping_left_is_removed_a_day_later(
    deployment: DeployedEnv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = keep(deployment, tmp_path, 1, live=False)
    lose(deployment, half.key("release.json"))

    keep(deployment, tmp_path, 2)
    assert any(half.id in key for key in stored(deployment, "ReleasesBucket"))

    monkeypatch.setattr(releases, "LEFT_LYING", timedelta(days=-1))
    keep(deployment, tmp_path, 3)
    assert not any(half.id in key for key in stored(deployment, "ReleasesBucket"))


def test_the_site_of_a_release_comes_back_as_it_was(deployment: DeployedEnv, tmp_path: Path) -> None:
    release = releases.keep(deployment, built(tmp_path / "built", site=HOME))

    out = releases.site_of(deployment, release, tmp_path / "out")

    assert {
        path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()
    } == HOME


def test_a_site_that_somebody_changed_in_its_bucket_is_not_put_live(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    release = releases.keep(deployment, built(tmp_path / "built", site=HOME))
    deployment.cloud.client("s3").put_object(
        Bucket=deployment.laid["ReleasesBucket"], Key=release.key("site.zip"), Body=b"other"
    )

    with pytest.raises(OperatorError, match="is not what was kept"):
        releases.site_of(deployment, release, tmp_path / "out")


def test_a_release_is_found_by_the_beginning_of_its_id(deployment: DeployedEnv, tmp_path: Path) -> None:
    release = keep(deployment, tmp_path, 1)

    assert releases.get(deployment, release.id[:5]) == release
    with pytest.raises(OperatorError, match=release.id):
        releases.get(deployment, "nothing")


def test_a_release_says_when_it_was_made_and_from_which_commit(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    release = keep(deployment, tmp_path, 1)

    made_at = datetime.fromisoformat(release.made_at)
    assert abs(datetime.now(UTC) - made_at) < timedelta(minutes=5)
    assert release.revision is None or len(release.revision.rstrip("+")) == 40
