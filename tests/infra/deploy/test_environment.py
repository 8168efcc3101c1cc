import json
from pathlib import Path

import pytest

from infra.cli import main
from infra.deploy import environment as environments
from infra.deploy.environment import STAGES, Environment, draft, read
from infra.deploy.errors import OperatorError
from infra.deploy.release.deploy import alone, split_target
from tests.mailboxes import DECODED_OR_SPLIT

SOUND = {
    "programme": '"first-year"',
    "region": '"eu-central-1"',
    "sender": '"mentoring@uni.example"',
    "alarms_to": '"it@uni.example"',
    "budget": "10",
}
CERTIFICATE = '"arn:aws:acm:us-east-1:111122223333:certificate/0a1b2c3d"'


def written(folder: Path, **keys: str) -> Environment:
    lines = (f"{key} = {value}" for key, value in (SOUND | keys).items() if value)
    (folder / "trial.toml").write_text("\n".join(lines), "utf-8")
    return read("trial", folder)


def test_everything_of_an_environment_is_named_after_it(tmp_path: Path) -> None:
    trial = written(tmp_path)

    assert trial.prefix == "kith-trial"
    assert trial.stack("data") == "kith-trial-data"
    assert trial.stack("events") == "kith-trial-events"
    assert trial.function("web") == "kith-web-trial"


def test_what_is_left_empty_was_not_asked_for(tmp_path: Path) -> None:
    trial = written(tmp_path, domain='""', certificate='""', hosted_zone='""', account='""')

    assert (trial.domain, trial.certificate, trial.hosted_zone, trial.account) == (None,) * 4


def test_every_mistake_is_told_at_once_with_its_key_and_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(OperatorError) as told:
        written(tmp_path, sender="", region='"Frankfurt"', budjet="10", budget='"ten"', account='"123"')

    for key in ("sender: It is missing", "region: 'Frankfurt'", "budget: 'ten'", "account: '123'"):
        assert key in told.value.cause
    assert "budjet: There is no such setting. Did you mean `budget`?" in told.value.cause
    assert "Nothing was changed" in told.value.remedy


@pytest.mark.parametrize("key", ["sender", "alarms_to"])
@pytest.mark.parametrize("address", DECODED_OR_SPLIT.values(), ids=DECODED_OR_SPLIT)
def test_an_address_that_could_be_read_as_another_is_refused_with_what_to_write(
    tmp_path: Path, key: str, address: str
) -> None:
    with pytest.raises(
        OperatorError, match=f"{key}: .* Write the one address that .* with nothing around it, like "
    ):
        written(tmp_path, **{key: json.dumps(address)})


def test_an_address_is_used_as_it_was_checked(tmp_path: Path) -> None:
    assert written(tmp_path, sender='"Kith@Bücher.Example"').sender == "Kith@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"domain": '"mentoring.uni.example"'}, "A domain needs a certificate"),
        ({"certificate": CERTIFICATE}, "domain: It is missing"),
        ({"hosted_zone": '"Z012345"'}, "domain: It is missing"),
        (
            {
                "domain": '"mentoring.uni.example"',
                "certificate": CERTIFICATE.replace("us-east-1", "eu-central-1"),
            },
            "CloudFront takes no other region's",
        ),
        ({"sender": '"mentoring@localhost"'}, "sender"),
        ({"budget": "0"}, "budget"),
        ({"budget": "true"}, "budget"),
        ({"budget": "inf"}, "budget"),
        ({"budget": "1e9"}, "budget"),
        ({"sender": '"mentoring@uni.example\\n"'}, "sender"),
    ],
)
def test_a_setting_that_would_fail_later_is_refused_now(
    tmp_path: Path, keys: dict[str, str], said: str
) -> None:
    with pytest.raises(OperatorError) as told:
        written(tmp_path, **keys)

    assert said in told.value.cause


@pytest.mark.parametrize("name", ["Trial", "t", "my-trial", "1trial", "a" * 17, "../trial", ""])
def test_a_name_that_no_account_could_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OperatorError, match="no name of an environment"):
        read(name, tmp_path)


@pytest.mark.parametrize("stage", STAGES)
def test_no_environment_is_called_like_a_function(tmp_path: Path, stage: str) -> None:
    with pytest.raises(OperatorError, match="which is a function's"):
        read(f"{stage}2", tmp_path)


def test_an_environment_that_is_not_there_is_answered_with_those_that_are(tmp_path: Path) -> None:
    written(tmp_path)

    with pytest.raises(OperatorError, match="there are: trial"):
        read("production", tmp_path)


def test_text_that_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text("region = eu-central-1\n", "utf-8")

    with pytest.raises(OperatorError, match=r"trial\.toml is not TOML: .*line 1"):
        read("trial", tmp_path)


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_a_file_that_no_reader_gets_through_is_told_explain_errors(tmp_path: Path, value: str) -> None:
    with pytest.raises(OperatorError, match=r"trial\.toml is not TOML"):
        written(tmp_path, budget=value)


def test_a_file_that_windows_wrote_is_read(tmp_path: Path) -> None:
    sound = written(tmp_path)
    file = tmp_path / "trial.toml"
    file.write_text(file.read_text("utf-8"), "utf-8-sig")

    assert read("trial", tmp_path) == sound


def test_a_slip_of_the_keyboard_is_no_new_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path)
    monkeypatch.setattr(environments, "ENVIRONMENTS", tmp_path)

    assert main(["deploy", "trail"]) == 2

    assert "Did you mean `trial`?" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["trial.toml"]


def test_a_draft_asks_for_exactly_what_nobody_can_guess(tmp_path: Path) -> None:
    draft("trial", "first-year", tmp_path)

    with pytest.raises(OperatorError) as told:
        read("trial", tmp_path)

    assert [line.split(": ")[0] for line in told.value.cause.splitlines()] == [
        "trial.toml, sender",
        "trial.toml, alarms_to",
    ]


def test_a_draft_never_writes_over_a_file(tmp_path: Path) -> None:
    before = written(tmp_path)

    draft("trial", "another", tmp_path)

    assert read("trial", tmp_path) == before


def test_a_draft_mentions_every_setting(tmp_path: Path) -> None:
    text = draft("trial", "first-year", tmp_path).read_text("utf-8")

    assert all(f"\n{key} = " in text for key in environments.KEYS)


def test_two_who_deploy_the_same_environment_at_once_do_not_build_in_one_folder(tmp_path: Path) -> None:
    def another() -> None:
        with alone("trial", tmp_path):
            pass

    with (
        alone("trial", tmp_path),
        alone("other", tmp_path),
        pytest.raises(OperatorError, match="under way here"),
    ):
        another()

    another()


def test_a_target_is_a_whole_environment_or_one_function_of_it() -> None:
    assert split_target("trial") == (STAGES, "trial")
    assert split_target("mail-trial") == (("mail",), "trial")


def test_a_target_of_no_function_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(OperatorError, match="feedback-ENVIRONMENT"):
        split_target("worker-trial")
