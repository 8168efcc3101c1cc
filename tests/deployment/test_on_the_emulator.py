"""A programme in an account of its own: deployed from nothing, lived in, brought up to date, back, and away.

Nothing of ours stands in between: the emulator runs the very zips, each under its own role; its distribution
serves the site and hands the rest on; its mappings carry the queues' messages; its scheduler fires; and the
browser is a real one.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, Page, expect

from functions.programme.cohort import Cohort
from functions.programme.people import Answer
from functions.storage.enrolment import enrolments
from functions.storage.enrolment.cohorts import every
from functions.storage.messages import suppressions
from functions.usecases.access.sign_in import invite
from functions.usecases.enrolment.open_cohort import open_cohort
from infra.build import command
from infra.deploy.aws import functions
from infra.deploy.aws.cloud import Cloud
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES
from infra.deploy.errors import OperatorError
from infra.deploy.release import releases
from infra.deploy.release.destroy import destroy
from infra.deploy.release.rollback import back_to, chosen
from infra.deploy.release.steps import Wanted, deploy
from infra.local.emulator import Emulator
from infra.local.outbox import Mail, mail_from
from tests.deployment.passing import let_pass
from tests.harness import MENTEE, MENTOR, text_of
from tests.infra.deploy.deployed_env import TRIAL
from tests.infra.templates import listed, statements
from tests.journeys.test_a_whole_cohort import answer_all

pytestmark = [pytest.mark.deployment, pytest.mark.browser, pytest.mark.xdist_group("deploy")]

PHONE = {"width": 390, "height": 844}
PATIENCE_SECONDS = 60
MISTYPED = "eve@mistyped.example"
SURVEY: Mapping[str, Answer] = {
    "satisfaction": 5,
    "goals_reached": 4,
    "would_recommend": 5,
    "still_in_contact": "regularly",
    "mentor_next_time": "yes",
}
# What Lambda and the scheduler ask for in a function's name.
IN_ITS_NAME = ("Poll", "Log", "KeepWhatFailed")
Found = TypeVar("Found")


class Account:
    """An account in the emulator with the trial environment in it, and whoever looks at it from outside."""

    def __init__(self, emulator: Emulator, built: Path) -> None:
        self.emulator, self.built = emulator, built
        self.deployment = Deployment(environment=TRIAL, cloud=Cloud(TRIAL.region, emulator.endpoint))

    @property
    def origin(self) -> str:
        return self.deployment.origin()

    def deploy(self) -> None:
        deploy(self.deployment, Wanted(platform="host", built=self.built), tell=quiet)

    def opens(self, opens_on: date) -> Cohort:
        """Open a cohort as the operator does, and build the site for it."""
        cohort = open_cohort(self.deployment.services(), opens_on)
        command.site(self.built / "site", TRIAL.programme, cohort)
        return cohort

    def opens_another(self) -> Cohort:
        """Open a cohort of a month that has none yet, and let the days pass until people can enrol in it."""
        today, services = datetime.now(UTC).date(), self.deployment.services()
        taken = {cohort.id for cohort in every(services.table)}
        months = (
            date(today.year + (today.month + ahead) // 12, (today.month + ahead) % 12 + 1, 1)
            for ahead in range(24)
        )
        opens_on = next(month for month in months if services.programme.cohort(month).id not in taken)
        cohort = self.opens(opens_on)
        self.passes(days=(opens_on - today).days + 1)
        return cohort

    def mails(self) -> list[Mail]:
        return [mail_from(kept) for kept in self.emulator.mails()]

    def mailed(self, address: Answer, page: str) -> str:
        """Return the address of that page in the newest mail to them that has one, once it is there."""

        def found() -> list[str]:
            texts = [text_of(mail.message) for mail in self.mails() if mail.to == (address,)]
            return [link for text in texts for link in re.findall(rf"http\S+/my/{page}/[\w-]{{64}}", text)]

        return eventually(found, f"a mail that leads to {page}")[-1]

    def live(self) -> tuple[str, list[str]]:
        """Return the id of the live release, and the code that each function runs."""
        current = releases.current(self.deployment)
        assert current is not None
        found = [functions.found(self.deployment, stage) or {} for stage in STAGES]
        return current.id, [configuration["CodeSha256"] for configuration in found]

    def answers(self, path: str) -> int:
        status, _, _ = self.deployment.cloud.get(f"{self.deployment.origin()}{path}")
        return status

    def builds_another_release(self) -> None:
        """Have one function and one page differ, as after a change to the sources."""
        page = self.built / "site" / "about-this-release" / "index.html"
        page.parent.mkdir()
        page.write_text("<!DOCTYPE html><title>Another</title>", "utf-8")
        zips, web = self.built / "zips", (self.built / "zips" / "web.zip").read_bytes()
        others = {file.name: file.resolve() for file in zips.iterdir() if file.name != "web.zip"}
        zips.unlink()
        zips.mkdir()
        for name, file in others.items():
            (zips / name).symlink_to(file)
        (zips / "web.zip").write_bytes(web)
        with ZipFile(zips / "web.zip", "a") as packed:
            packed.writestr("another-release.txt", "")

    def leftovers(self) -> list[str]:
        """Return what of the environment is still in the account."""
        cloud = self.deployment.cloud
        return [
            *cloud.client("dynamodb").list_tables()["TableNames"],
            *(bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]),
            *(function["FunctionName"] for function in cloud.client("lambda").list_functions()["Functions"]),
            *cloud.client("sqs").list_queues().get("QueueUrls", []),
            *(one["Name"] for one in cloud.client("ssm").describe_parameters()["Parameters"]),
            *(group["logGroupName"] for group in cloud.client("logs").describe_log_groups()["logGroups"]),
            *(api["Name"] for api in cloud.client("apigatewayv2").get_apis()["Items"]),
        ]

    def fire(self, schedule: str) -> None:
        """Have the scheduler do now what it does at the time of that schedule."""
        scheduler = self.deployment.cloud.client("scheduler")
        name, group = f"{TRIAL.prefix}-{schedule}", TRIAL.prefix
        target = scheduler.get_schedule(Name=name, GroupName=group)["Target"]
        scheduler.create_schedule(
            Name=f"{name}-now-{time.time_ns()}",
            GroupName=group,
            ScheduleExpression=f"at({datetime.now(UTC):%Y-%m-%dT%H:%M:%S})",
            FlexibleTimeWindow={"Mode": "OFF"},
            ActionAfterCompletion="DELETE",
            Target=target,
        )

    def says_of_the_mail_to(self, address: str, event: str, **parts: object) -> None:
        """Let the mail service say that of the newest mail to the address, where it says such things."""
        kept = [kept for kept in self.emulator.mails() if kept["to"] == [address]][-1]
        mail = {
            "messageId": kept["message_id"],
            "destination": kept["to"],
            "tags": {name: [value] for name, value in kept["tags"].items()},
        }
        topics = self.deployment.cloud.client("sns")
        found = topics.list_topics()["Topics"]
        (topic,) = [topic["TopicArn"] for topic in found if topic["TopicArn"].endswith("-mail-events")]
        topics.publish(TopicArn=topic, Message=json.dumps({"eventType": event, "mail": mail, **parts}))

    def knows(self, address: Answer) -> bool:
        """Whether the address stands anywhere in the table."""
        pages = self.deployment.cloud.client("dynamodb").get_paginator("scan")
        return any(
            str(address) in json.dumps(page["Items"], default=str)
            for page in pages.paginate(TableName=TRIAL.prefix)
        )

    def has_forgotten_everybody(self, cohort: Cohort) -> bool:
        """Whether forgetting has come to its end: addresses go first, pairings and documents after them."""
        people = enrolments.in_cohort(self.deployment.services().table, cohort.id)
        return all(person.forgotten_at is not None for person in people)

    def passes(self, *, days: int) -> None:
        let_pass(self.deployment.cloud.client("dynamodb"), TRIAL.prefix, days=days)

    def signed_in(self, desk: Page) -> None:
        desk.goto(invite(self.deployment.services(), "amara"))
        desk.get_by_role("button").first.click()
        expect(desk.get_by_role("heading", level=1)).to_be_visible()


def quiet(_: str) -> None:
    """Tell nobody."""


def eventually(look: Callable[[], Found], what: str) -> Found:
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < until, f"{what} did not come"
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def account(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An empty account, with what is to be deployed into it."""
    folder = tmp_path_factory.mktemp("deployed")
    (folder / "zips").symlink_to(built)
    command.site(folder / "site", TRIAL.programme)
    with Emulator(authorised=True) as emulator:
        yield Account(emulator, folder)


@pytest.fixture(scope="module")
def lived_in(account: Account, browser: Browser) -> Account:
    """The account after a cohort has lived in it, from the questionnaire to being forgotten."""
    account.deploy()
    cohort = account.opens(datetime.now(UTC).date() - timedelta(days=2))
    account.deploy()
    with (
        browser.new_context(viewport=PHONE, java_script_enabled=False) as without_script,  # type: ignore[arg-type]
        browser.new_context() as with_script,
    ):
        phone, desk = without_script.new_page(), with_script.new_page()
        people_enrol(account, phone)
        one_address_was_wrong(account, phone)
        they_are_matched(account, desk, cohort)
        they_meet_and_tell(account, phone, desk, cohort)
        they_are_forgotten(account, phone, desk, cohort)
    return account


def people_enrol(account: Account, phone: Page) -> None:
    for role, answers in (("mentee", MENTEE), ("mentor", MENTOR)):
        enrol(account, phone, role, answers)
        phone.goto(account.mailed(answers["email"], "confirm"))
        phone.get_by_role("button").click()
        expect(phone.get_by_role("heading", level=1)).to_be_visible()


def enrol(account: Account, phone: Page, role: str, answers: Mapping[str, Answer]) -> None:
    phone.goto(account.origin)
    phone.locator(f"a[href='/enrol/{role}/']").first.click()
    answer_all(phone, account.deployment.services().questionnaires[role], answers)
    phone.locator("[data-send]").click()
    expect(phone).to_have_url(f"{account.origin}/enrol/sent/")


def one_address_was_wrong(account: Account, phone: Page) -> None:
    """Somebody mistypes their address; the mail service says so later, as its documentation has it."""
    enrol(account, phone, "mentee", {**MENTEE, "email": MISTYPED})
    account.mailed(MISTYPED, "confirm")
    account.says_of_the_mail_to(
        MISTYPED,
        "Bounce",
        bounce={"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": MISTYPED}]},
    )
    services = account.deployment.services()
    eventually(lambda: suppressions.exists(services.table, MISTYPED), "that nobody writes there any more")


def they_are_matched(account: Account, desk: Page, cohort: Cohort) -> None:
    account.signed_in(desk)
    desk.goto(f"{account.origin}/console/cohorts/{cohort.id}/forecast")
    desk.get_by_role("button", name="Count again").click()
    # Both pages look again by themselves until the match function is done.
    expect(desk.get_by_text("Counted on").first).to_be_visible(timeout=PATIENCE_SECONDS * 1000)
    desk.goto(f"{account.origin}/console/cohorts/{cohort.id}")
    desk.locator("form[action$='/runs'] button").click()
    expect(desk).to_have_url(re.compile("/runs/[0-9a-f]{32}$"))
    expect(desk.get_by_text("A proposal to look through").first).to_be_visible(
        timeout=PATIENCE_SECONDS * 1000
    )
    desk.get_by_role("button", name="Publish and introduce").click()
    expect(desk.get_by_text("The published match").first).to_be_visible()


def they_meet_and_tell(account: Account, phone: Page, desk: Page, cohort: Cohort) -> None:
    phone.goto(account.mailed(MENTEE["email"], "match"))
    expect(phone.get_by_text("Grace Example").first).to_be_visible()
    expect(phone.get_by_text(str(MENTOR["email"])).first).to_be_visible()

    account.passes(days=8)
    account.fire("ask")
    phone.goto(account.mailed(MENTEE["email"], "checkin"))
    phone.locator("[name='answer'][value='met']").check()
    phone.get_by_role("button").first.click()
    account.signed_in(desk)
    desk.goto(f"{account.origin}/console/cohorts/{cohort.id}/pairs")
    expect(desk.get_by_text("they have met").first).to_be_visible()

    account.passes(days=(cohort.ends_on - cohort.today(datetime.now(UTC))).days)
    account.fire("ask")
    phone.goto(account.mailed(MENTOR["email"], "survey"))
    answer_all(phone, account.deployment.services().questionnaires["end"], SURVEY)
    phone.locator("main button[class*='govuk-button']").last.click()
    account.signed_in(desk)
    with desk.expect_download() as download:
        desk.goto(f"{account.origin}/console/cohorts/{cohort.id}/report")
        desk.locator(f"a[href='/console/cohorts/{cohort.id}/report.csv']").click()
    assert "survey end,answered,,1" in download.value.path().read_text("utf-8-sig")


def they_are_forgotten(account: Account, phone: Page, desk: Page, cohort: Cohort) -> None:
    """One goes at once, of her own will; the other when the programme keeps nothing any more."""
    desk.get_by_role("button", name="Sign out").click()
    phone.goto(f"{account.origin}/my/place/")
    phone.locator("[name='do'][value='erase']").check()
    phone.locator("[name='role'][value='mentee']").check()
    phone.locator("[name='email']").fill(str(MENTEE["email"]))
    phone.locator("main button").last.click()
    phone.goto(account.mailed(MENTEE["email"], "erase"))
    phone.locator("main button").last.click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert not account.knows(MENTEE["email"])
    assert account.knows(MENTOR["email"])

    account.passes(days=2 * 365)
    account.fire("forget")
    eventually(lambda: account.has_forgotten_everybody(cohort), "the day on which everybody is forgotten")
    assert not account.knows(MENTOR["email"])


def test_a_cohort_lives_in_an_account_of_its_own(lived_in: Account) -> None:
    dead = lived_in.deployment.outputs()["DeadLettersUrl"]
    said = lived_in.deployment.cloud.client("sqs").get_queue_attributes(
        QueueUrl=dead, AttributeNames=["ApproximateNumberOfMessages"]
    )

    assert said["Attributes"]["ApproximateNumberOfMessages"] == "0"


@pytest.mark.parametrize("stage", STAGES)
def test_a_function_does_what_its_role_allows_and_its_role_allows_nothing_else(
    lived_in: Account, stage: str
) -> None:
    role = TRIAL.function(stage)

    assert lived_in.emulator.refusals().get(role, set()) == set()
    assert lived_in.emulator.calls()[role] == allowed_to(f"{stage.capitalize()}Role")


def allowed_to(role: str) -> set[str]:
    """Return the actions that a role's template allows to the function itself."""
    return {
        action
        for of, statement in statements()
        if of == role and statement.get("Sid") not in (None, *IN_ITS_NAME)
        for action in listed(statement["Action"])
    }


def test_an_update_the_way_back_and_an_end_lose_nobody(
    account: Account, lived_in: Account, browser: Browser
) -> None:
    del lived_in
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as without_script:  # type: ignore[arg-type]
        cohort = account.opens_another()
        account.deploy()
        enrol(account, without_script.new_page(), "mentee", MENTEE)
    link = urlsplit(account.mailed(MENTEE["email"], "confirm")).path
    first = account.live()

    account.builds_another_release()
    account.deploy()
    assert account.live() != first
    assert account.answers(link) == account.answers("/about-this-release/") == HTTPStatus.OK

    back_to(account.deployment, chosen(account.deployment), tell=quiet)
    assert account.live() == first
    assert account.answers(link) == HTTPStatus.OK
    assert account.answers("/about-this-release/") != HTTPStatus.OK

    destroy(account.deployment, tell=quiet)
    with pytest.raises(OperatorError, match="only in part"):
        account.deployment.outputs()
    assert account.knows(MENTEE["email"])

    account.deploy()
    assert account.answers(link) == HTTPStatus.OK
    assert cohort.id in {other.id for other in every(account.deployment.services().table)}

    destroy(account.deployment, data=True, tell=quiet)
    assert account.leftovers() == []
