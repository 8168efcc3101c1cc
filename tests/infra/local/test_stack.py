import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from functions.programme.cohort import Cohort
from functions.programme.people import Role
from functions.storage.enrolment import cohorts, enrolments
from functions.usecases.enrolment.enrol import Application, Enrolled, enrol
from functions.usecases.enrolment.open_cohort import open_cohort
from infra.local import demonstration, loading, provisioning
from infra.local.stack import LocalStack
from tests.harness import MENTEE
from tests.infra.processes import soon

pytestmark = [pytest.mark.emulator, pytest.mark.whole]

NOW = datetime(2026, 9, 2, 8, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def opened(stack: LocalStack) -> Cohort:
    return open_cohort(stack.services, NOW.date())


def apply(stack: LocalStack, cohort: Cohort) -> Enrolled:
    application = Application(cohort_id=cohort.id, role=Role.MENTEE, answers=MENTEE)
    return enrol(stack.services, application, request_key="once")


def test_what_a_person_does_is_followed_by_mail_without_anybodys_help() -> None:
    with LocalStack(clock=clock) as stack:
        apply(stack, opened(stack))

        assert soon(lambda: bool(stack.mails()))
        assert stack.mails()[0].to == (MENTEE["email"],)


def test_everything_survives_the_emulators_being_killed(tmp_path: Path) -> None:
    with LocalStack(tmp_path, clock=clock, background=False) as first:
        cohort = opened(first)
        apply(first, cohort)
        first.drain()
        first.emulator.save()
        os.kill(first.emulator.pid, signal.SIGKILL)
        key = first.services.link_keys[0]

    with LocalStack(tmp_path, clock=clock, background=False) as second:
        assert cohorts.every(second.services.table) == [cohort]
        assert [person.email for person in enrolments.in_cohort(second.services.table, cohort.id)] == [
            MENTEE["email"]
        ]
        assert len(second.mails()) == 1
        assert second.services.link_keys[0] == key
        assert apply(second, cohort) is Enrolled.ALREADY_BY_THIS_REQUEST


def test_a_changed_template_reaches_what_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalStack(tmp_path / "state", clock=clock, background=False) as first:
        opened(first)
    changed = tmp_path / "changed.yaml"
    template = provisioning.TEMPLATE.read_text("utf-8")
    changed.write_text(template.replace("VisibilityTimeout: 720", "VisibilityTimeout: 99"), "utf-8")
    monkeypatch.setattr(provisioning, "TEMPLATE", changed)

    with LocalStack(tmp_path / "state", clock=clock, background=False) as second:
        queues = provisioning.client(second.emulator, "sqs")
        url = queues.get_queue_url(QueueName="kith-mail")["QueueUrl"]
        said = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])

        assert said["Attributes"] == {"VisibilityTimeout": "99"}
        assert len(cohorts.every(second.services.table)) == 1


def test_loading_the_demonstration_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    few = demonstration.people(loading.SEED, mentors=3, mentees=5)
    monkeypatch.setattr(demonstration, "people", lambda _: few)
    with LocalStack(clock=clock, background=False) as stack:
        cohort = opened(stack)
        first = loading.load(stack.services, cohort)
        people = list(enrolments.in_cohort(stack.services.table, cohort.id))

        second = loading.load(stack.services, cohort)

        assert (first, second) == (8, 8)
        assert list(enrolments.in_cohort(stack.services.table, cohort.id)) == people


def test_a_start_that_fails_stops_what_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    started = []

    def refuse(emulator: object) -> provisioning.Resources:
        started.append(emulator)
        raise RuntimeError("no ground")

    monkeypatch.setattr(provisioning, "provision", refuse)
    stack = LocalStack(clock=clock)

    with pytest.raises(RuntimeError, match="no ground"):
        stack.start()

    assert not stack.emulator.alive


def test_a_stack_that_does_not_run_says_so() -> None:
    with pytest.raises(RuntimeError, match="not running"):
        LocalStack().drain()
