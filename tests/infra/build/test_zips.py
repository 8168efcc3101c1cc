"""What each function needs, followed from its door: quick, without building anything."""

from dataclasses import replace

import pytest

from infra.build import zips

NEVER = {
    "web": {"functions.jobs.queued", "functions.matching.solving.assignment", "functions.messages.render"},
    "match": {"functions.web", "functions.app", "functions.messages.render"},
    "mail": {"functions.web", "functions.app", "functions.matching.solving.assignment"},
    "feedback": {
        "functions.web",
        "functions.app",
        "functions.matching.solving.assignment",
        "functions.messages.render",
    },
}
ALWAYS = {
    "web": {"functions.entry", "functions.lambda_http", "functions.web.headers", "functions.api.runs"},
    "match": {
        "functions.entry",
        "functions.usecases.runs.run_match",
        "functions.usecases.runs.introduce_pairs",
    },
    "mail": {"functions.entry", "functions.usecases.messages.send_messages", "functions.jobs.scheduled"},
    "feedback": {"functions.entry", "functions.usecases.messages.record_delivery_event"},
}


@pytest.mark.parametrize("name", sorted(zips.FUNCTIONS))
def test_a_function_holds_what_its_events_need_and_no_more(name: str) -> None:
    modules = set(zips.modules_of(name))

    assert modules >= ALWAYS[name]
    assert not modules & NEVER[name]


@pytest.mark.parametrize("name", sorted(zips.FUNCTIONS))
def test_the_packages_above_a_module_come_with_it(name: str) -> None:
    modules = set(zips.modules_of(name))

    assert {module.rpartition(".")[0] for module in modules} - {""} <= modules


def test_what_a_zip_leaves_out_is_never_imported_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    careless = replace(zips.FUNCTIONS["web"], without=("functions.bootstrap",))
    monkeypatch.setitem(zips.FUNCTIONS, "web", careless)

    with pytest.raises(zips.BuildError, match=r"functions\.entry imports functions\.bootstrap as it starts"):
        zips.modules_of("web")


def test_what_is_imported_for_types_alone_is_not_followed() -> None:
    assert not any(imported.startswith("mypy_boto3") for imported in zips.imports_of("functions.bootstrap"))


def test_what_the_engine_s_door_offers_is_followed_to_its_module() -> None:
    match, web = set(zips.modules_of("match")), set(zips.modules_of("web"))

    assert match >= {"functions.matching.engine", "functions.matching.reports.supply_forecast"}
    assert "functions.matching.policy.parse" in web
    assert not {module for module in web if module.startswith("functions.matching.scoring")}


def test_every_function_has_a_stage_and_its_own_dependencies() -> None:
    assert {contents.group for contents in zips.FUNCTIONS.values()} == set(zips.FUNCTIONS)
