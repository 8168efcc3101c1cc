"""The audit: what it writes down, what the accessibility statement makes of it, when it can't be made."""

import gzip
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import urllib3

from functions.questionnaires import definitions
from infra.build import audit_record, npm
from infra.build.audit_record import Finding, Record, Scores
from infra.build.npm import PackagesError
from infra.build.site import Offer, application
from infra.cli import main
from tests.audit import command, markup, origin

FOUND = Record(
    on=date(2027, 1, 11),
    programme="first-year",
    tools={"lighthouse": "13", "axe": "4"},
    counts={"states": 3, "public pages": 2, "live pages": 1},
    lighthouse=[
        Scores(page="/", device="mobile", scores={"seo": 99, "accessibility": 98}, tries=2),
        Scores(page="/", device="desktop", scores={"seo": 100, "accessibility": 100}, tries=1),
    ],
    findings=[
        Finding(tool="policy", page="/b/", what="script-src: inline"),
        Finding(tool="axe", page="/a/", what="label"),
    ],
)


def statement() -> str:
    programme = definitions.programme(definitions.names_of("programmes", ".toml")[0])
    offer = Offer(programme=programme, questionnaires=definitions.questionnaires_of(programme))
    app = application(offer, programme.cohort(date(2027, 1, 11)))
    return app.test_client().get("/accessibility/").text


def test_an_audit_is_written_in_one_order_and_read_back_whole() -> None:
    other_way = replace(FOUND, lighthouse=FOUND.lighthouse[::-1], findings=FOUND.findings[::-1])

    assert FOUND.as_json() == other_way.as_json()
    assert Record.from_json(FOUND.as_json()).as_json() == FOUND.as_json()
    assert (FOUND.number("axe", "browser"), FOUND.lowest("accessibility"), FOUND.good) == (1, 98, False)


def test_the_accessibility_statement_says_what_the_last_audit_found_and_when() -> None:
    last = audit_record.last()
    assert last is not None

    said = " ".join(re.sub(r"<[^>]+>", " ", statement()).split())

    assert f"{last.on.day} {last.on:%B %Y}" in said
    assert f"opened {last.counts['public pages']} public pages" in said
    assert f"{last.counts['live pages']} pages" in said
    assert f"{last.counts['states']} states" in said
    assert f"Barriers that it found: {last.number('axe', 'browser')}." in said
    assert f"{last.lowest('accessibility')} of 100" in said
    assert all(f"{tool} {version}" in said for tool, version in last.tools.items())


def test_the_last_audit_was_a_whole_one_and_its_scores_are_what_was_promised() -> None:
    last = audit_record.last()
    assert last is not None

    assert {each.device for each in last.lighthouse} == {"desktop", "mobile"}
    assert {"/", "/enrol/mentee/", "/enrol/mentor/"} <= {each.page for each in last.lighthouse}
    assert all(
        score >= audit_record.LEAST_SCORE for each in last.lighthouse for score in each.scores.values()
    ) or last.number("lighthouse")


def test_without_any_audit_the_statement_claims_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_record, "last", lambda: None)

    assert "of 100" not in statement()


def test_what_the_audit_looks_with_is_locked_by_hash_and_names_no_registry() -> None:
    said = (command.HERE / "package-lock.json").read_text(encoding="utf-8")
    locked = json.loads(said)["packages"]

    assert all(each["integrity"].startswith("sha512-") for name, each in locked.items() if name)
    assert set(re.findall(r'"resolved": "https?://([^/"]+)', said)) <= {"registry.npmjs.org"}


def test_without_the_registry_the_audit_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setattr(command, "HERE", tmp_path)

    assert main(["audit", "--out", str(tmp_path / "audit.json")]) == command.REFUSED

    said = capsys.readouterr().err
    assert "What the audit looks with: this needs packages from the npm registry" in said
    assert "Check the connection to the registry" in said
    assert not (tmp_path / "audit.json").exists()


def test_packages_that_are_there_are_not_fetched_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "package-lock.json").write_text("{}")
    with pytest.raises(PackagesError):
        npm.fetch(tmp_path, "A test")
    (tmp_path / "node_modules").mkdir(exist_ok=True)
    monkeypatch.setattr(npm, "npm", lambda *_, **__: type("Done", (), {"returncode": 0, "stderr": ""})())
    npm.fetch(tmp_path, "A test")
    monkeypatch.setattr(npm, "npm", None)

    npm.fetch(tmp_path, "A test")


def test_what_stands_in_a_template_is_not_held_against_a_page() -> None:
    assert markup.IN_TEMPLATE.search("#faults > div > ul > li > a")
    assert not markup.IN_TEMPLATE.search("#main > form > a")


def test_the_site_is_served_as_it_is_deployed_compressed_and_with_the_policy(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<h1>Home</h1>" * 200)
    (tmp_path / "small.css").write_text("p{}")
    http = urllib3.PoolManager(retries=False)
    with origin.serving(tmp_path) as address:
        home = http.request(
            "GET",
            address + "/",
            headers={"Accept-Encoding": "gzip"},
            decode_content=False,
            preload_content=True,
        )
        plain = http.request("GET", address + "/")
        small = http.request("GET", address + "/small.css", headers={"Accept-Encoding": "gzip"})
    http.clear()

    assert gzip.decompress(home.data) == plain.data
    assert home.headers["Content-Encoding"] == "gzip"
    assert "default-src 'none'" in home.headers["Content-Security-Policy"]
    assert "Content-Encoding" not in small.headers
