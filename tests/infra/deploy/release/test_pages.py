"""How a site gets into its bucket and out again, in moto and in the emulator."""

from pathlib import Path
from typing import Any

import pytest

from infra.build import command
from infra.build.site import PLACEHOLDER_ORIGIN
from infra.deploy.aws.cloud import Cloud
from infra.deploy.errors import OperatorError
from infra.deploy.release import pages
from infra.local.emulator import REGION, Emulator
from tests.infra.deploy import deployed_env
from tests.infra.deploy.deployed_env import DeployedEnv, stored, with_buckets, with_distribution

FIRST = {
    "index.html": "<h1>Kith</h1>",
    "faq/index.html": "Questions",
    "kit.txt": "Grüße",
    "assets/1/kith.css": "h1 { color: red }",
    "assets/1/kith.js": "export {}",
}
SECOND = {"index.html": "<h1>Kith, again</h1>", "kit.txt": "Grüße", "assets/2/kith.css": "h1 { color: blue }"}


@pytest.fixture
def distributed(emulator: Emulator) -> DeployedEnv:
    emulator.reset()
    return with_distribution(with_buckets(Cloud(REGION, emulator.endpoint)))


def fill(deployment: DeployedEnv, folder: Path, still_open: frozenset[str] = frozenset()) -> pages.Changed:
    store, bucket = deployment.cloud.client("s3"), deployment.laid["SiteBucket"]
    return pages.fill(store, bucket, folder, still_open=still_open, tell=lambda _: None)


def head(deployment: DeployedEnv, name: str) -> dict[str, Any]:
    found: dict[str, Any] = deployment.cloud.client("s3").head_object(
        Bucket=deployment.laid["SiteBucket"], Key=name
    )
    return found


def calls(deployment: DeployedEnv) -> list[tuple[str, str]]:
    """Return a list to which each call that changes the bucket is added as it is made."""
    made: list[tuple[str, str]] = []
    events = deployment.cloud.client("s3").meta.events
    for call in ("PutObject", "DeleteObjects"):
        events.register(
            f"before-call.s3.{call}",
            lambda model, params, **_: made.append((model.name, params["url_path"].lstrip("/"))),
        )
    return made


def test_each_file_is_served_as_what_it_is(deployment: DeployedEnv, tmp_path: Path) -> None:
    fill(deployment, deployed_env.pages(tmp_path, FIRST))

    kinds = {name: head(deployment, name)["ContentType"] for name in FIRST}
    assert kinds == {
        "index.html": "text/html; charset=utf-8",
        "faq/index.html": "text/html; charset=utf-8",
        "kit.txt": "text/plain; charset=utf-8",
        "assets/1/kith.css": "text/css; charset=utf-8",
        "assets/1/kith.js": "text/javascript; charset=utf-8",
    }


def test_assets_are_kept_for_ever_and_pages_are_asked_for_again(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    fill(deployment, deployed_env.pages(tmp_path, FIRST))

    assert head(deployment, "assets/1/kith.css")["CacheControl"] == "public, max-age=31536000, immutable"
    for name in ("index.html", "kit.txt"):
        assert head(deployment, name)["CacheControl"].startswith("public, max-age=0, s-maxage=")


def test_assets_are_there_before_the_pages_and_go_after_them(deployment: DeployedEnv, tmp_path: Path) -> None:
    fill(deployment, deployed_env.pages(tmp_path / "1", FIRST))
    made = calls(deployment)

    fill(deployment, deployed_env.pages(tmp_path / "2", SECOND))

    assert made == [
        ("PutObject", "assets/2/kith.css"),
        ("PutObject", "index.html"),
        ("DeleteObjects", "?delete"),
    ]


def test_only_what_changed_is_sent_and_what_is_gone_is_removed(
    deployment: DeployedEnv, tmp_path: Path
) -> None:
    fill(deployment, deployed_env.pages(tmp_path / "1", FIRST))

    changed = fill(deployment, deployed_env.pages(tmp_path / "2", SECOND))

    assert changed.sent == ("assets/2/kith.css", "index.html")
    assert changed.removed == ("assets/1/kith.css", "assets/1/kith.js", "faq/index.html")
    assert set(stored(deployment, "SiteBucket")) == set(SECOND)


def test_the_second_time_nothing_is_sent(deployment: DeployedEnv, tmp_path: Path) -> None:
    fill(deployment, deployed_env.pages(tmp_path, FIRST))
    made = calls(deployment)

    assert fill(deployment, tmp_path) == pages.Changed(sent=(), removed=())
    assert made == []


def test_the_assets_of_pages_that_may_still_be_open_stay(deployment: DeployedEnv, tmp_path: Path) -> None:
    fill(deployment, deployed_env.pages(tmp_path / "1", FIRST))

    fill(deployment, deployed_env.pages(tmp_path / "2", SECOND), frozenset({"assets/1/kith.css"}))

    assert set(stored(deployment, "SiteBucket")) == {*SECOND, "assets/1/kith.css"}


@pytest.mark.parametrize(
    "changed",
    [
        {"Body": b"Somebody's own", "ContentType": "text/html; charset=utf-8"},
        {"Body": b"Questions", "ContentType": "text/html"},
    ],
)
def test_what_somebody_else_put_there_is_put_right(
    deployment: DeployedEnv, tmp_path: Path, changed: dict[str, Any]
) -> None:
    fill(deployment, deployed_env.pages(tmp_path, FIRST))
    store = deployment.cloud.client("s3")
    store.put_object(Bucket=deployment.laid["SiteBucket"], Key="faq/index.html", **changed)

    assert fill(deployment, tmp_path).sent == ("faq/index.html",)


@pytest.mark.parametrize("stopped_at", range(1, 4))
def test_what_was_broken_off_anywhere_ends_the_same_when_repeated(
    deployment: DeployedEnv, tmp_path: Path, stopped_at: int
) -> None:
    class StoppedError(Exception):
        pass

    fill(deployment, deployed_env.pages(tmp_path / "1", FIRST))
    left = stopped_at

    def stop(**_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise StoppedError

    events = deployment.cloud.client("s3").meta.events
    for call in ("PutObject", "DeleteObjects"):
        events.register(f"before-call.s3.{call}", stop)
    with pytest.raises(StoppedError):
        fill(deployment, deployed_env.pages(tmp_path / "2", SECOND))

    fill(deployment, tmp_path / "2")

    assert set(stored(deployment, "SiteBucket")) == set(SECOND)
    assert fill(deployment, tmp_path / "2") == pages.Changed(sent=(), removed=())


def test_what_is_no_site_is_not_put_there(deployment: DeployedEnv, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"no index\.html"):
        fill(deployment, tmp_path)
    with pytest.raises(OperatorError, match=r"how to serve \.exe"):
        fill(deployment, deployed_env.pages(tmp_path, {**FIRST, "kith.exe": ""}))

    assert stored(deployment, "SiteBucket") == {}


def test_more_is_removed_than_one_call_takes(
    deployment: DeployedEnv, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(deployment, deployed_env.pages(tmp_path / "1", FIRST))
    monkeypatch.setattr(pages, "MOST_IN_ONE_REMOVAL", 2)

    fill(deployment, deployed_env.pages(tmp_path / "2", {"index.html": ""}))

    assert set(stored(deployment, "SiteBucket")) == {"index.html"}


@pytest.mark.emulator
def test_the_distribution_is_told_to_forget_also_when_nothing_was_sent(
    distributed: DeployedEnv, tmp_path: Path
) -> None:
    deployed_env.pages(tmp_path, FIRST)
    said: list[str] = []

    pages.put(distributed, tmp_path, tell=said.append)
    pages.put(distributed, tmp_path, tell=said.append)

    edge = distributed.cloud.client("cloudfront")
    asked = edge.list_invalidations(DistributionId=distributed.laid["DistributionId"])["InvalidationList"]
    paths = [
        edge.get_invalidation(DistributionId=distributed.laid["DistributionId"], Id=item["Id"])[
            "Invalidation"
        ]["InvalidationBatch"]["Paths"]["Items"]
        for item in asked["Items"]
    ]
    assert paths == [["/*"], ["/*"]]
    assert said == ["5 files sent, 0 removed", "0 files sent, 0 removed"]


@pytest.mark.emulator
def test_what_was_put_there_is_what_the_distribution_answers(
    distributed: DeployedEnv, tmp_path: Path
) -> None:
    pages.put(distributed, deployed_env.pages(tmp_path, FIRST))

    origin = distributed.cloud.origin_of(distributed.laid["DistributionDomain"])
    status, headers, body = distributed.cloud.get(f"{origin}/kit.txt")

    assert (status, body.decode()) == (200, "Grüße")
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["cache-control"] == pages.ASKED_AGAIN


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The programme's real site, built in two places."""
    first, second = (tmp_path_factory.mktemp("site") / "site" for _ in range(2))
    command.site(first, "first-year")
    command.site(second, "first-year")
    return first, second


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_same_sources_make_the_same_site(twice: tuple[Path, Path]) -> None:
    first, second = map(content, twice)

    assert first == second
    assert len(first) > 100


def test_every_file_of_the_site_has_a_content_type_and_none_names_the_place_where_it_was_built(
    twice: tuple[Path, Path],
) -> None:
    files = content(twice[0])

    assert {Path(name).suffix for name in files} <= set(pages.TYPES)
    assert [name for name, body in files.items() if PLACEHOLDER_ORIGIN.encode() in body] == []
    assert [name for name, body in files.items() if b"localhost" in body] == []
