"""Plays a whole cohort through the metered stack, and tells what AWS would have counted.

It is `./kith play` with what costs something and what that story leaves out: people come one by one and open
pages before they send them, security programs open every link first, some change their answers or leave, the
coordinator looks into the console, runs are tried and thrown away, schedules tick every day, and in the end
everybody is forgotten.
"""

import gzip
import hashlib
import logging
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode, urlsplit

from functions.programme.cohort import Cohort
from functions.programme.links import Purpose
from functions.programme.retention import answers_kept_until, people_kept_until
from functions.services import Services, questionnaire_for
from functions.usecases.access.sign_in import invite
from infra import ROOT
from infra.build import site
from infra.cost import assumptions
from infra.local import provisioning
from infra.local.demonstration import Applicant, people
from infra.local.outbox import Mail
from infra.local.stack import LocalStack
from tests.benchmarks.cost import units
from tests.benchmarks.cost.meter import LogMeter, Meter
from tests.play.behaviour import answers_to
from tests.play.play import LINK, SHARE_OF_MENTORS, Browser, MovedClock, Play, PlayError, link_in, page_of

ASSET = re.compile(r'(?:src|href)="(/assets/[^"?#]+)')
READ_VERSION = re.compile(r'name="_read" value="(\d+)"')
# People who leave do so in this week of their pairing.
WEEK_OF_LEAVING = 6
# DynamoDB adds this to each entry of an index.
INDEX_ENTRY_BYTES = 100


class Visitor(Browser):
    """A browser as people use it: a page is opened before it is sent, and what it leads to is followed."""

    def __init__(self, origin: str) -> None:
        """Take the address of the stack; nobody is signed in."""
        super().__init__(origin)
        self._origin = origin
        self._cookie = ""

    def open(self, path: str) -> str:
        """Open a page and return it; raises `PlayError` when there is none, unless its link was used up."""
        answer = self._pool.request("GET", self._origin + path, headers=self._headers(), redirect=False)
        spent = answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) and path.startswith("/my/")
        if answer.status >= HTTPStatus.BAD_REQUEST and not spent:
            raise PlayError(f"GET {LINK.sub('/my/…', path)} answered {answer.status}")
        return str(answer.data.decode())

    def send(self, path: str, fields: Iterable[tuple[str, str]] = ()) -> None:
        """Open the page and send its form."""
        if path.startswith("/my/"):
            self.open(path)
        super().send(path, fields)

    def sign_in(self, path: str) -> None:
        """Press the button behind a one-time link and keep the session."""
        self.open(path)
        answer = self._pool.request(
            "POST", self._origin + path, headers={"Sec-Fetch-Site": "same-origin"}, redirect=False
        )
        if answer.status != HTTPStatus.SEE_OTHER:
            raise PlayError(f"signing in answered {answer.status}")
        self._cookie = answer.headers["Set-Cookie"].partition(";")[0]

    def ask_for(self, purpose: Purpose, role: str, email: str) -> None:
        """Ask for a fresh link on the page of one's place."""
        self.open("/my/place/")
        self._pool.request(
            "POST",
            self._origin + "/my/place/",
            body=urlencode({"do": purpose, "role": role, "email": email}),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )

    def _headers(self) -> dict[str, str]:
        return {"Cookie": self._cookie} if self._cookie else {}


class MeteredPlay(Play):
    """A play in which everything happens that costs something."""

    def __init__(self, stack: LocalStack, clock: MovedClock, seed: int) -> None:
        """Take a metered stack that works only when told to."""
        super().__init__(stack, clock, seed)
        self._visitor = self._browser = Visitor(stack.origin)
        self._applicants: dict[str, Applicant] = {}
        self._cohort: Cohort | None = None
        self._run = ""
        self._days = self._weeks = 0

    def _apply(self, cohort: Cohort, today: Sequence[Applicant]) -> int:
        """Let people come one after the other, each when the mail of the one before has gone."""
        self._cohort = cohort
        confirmed = 0
        for applicant in today:
            self._applicants[f"{applicant.role} {applicant.answers['email']}"] = applicant
            confirmed += super()._apply(cohort, [applicant])
            if applicant.confirms and self._chosen(applicant, "changes", assumptions.SHARE_CHANGING):
                self._change(applicant)
        self._days += 1
        self._stack.tick()
        if self._days % 7 == 0:
            self._look()
        return confirmed

    def match(self, cohort: Cohort) -> date:
        """Try some runs, look at each, publish the last."""
        runs = f"/cohorts/{cohort.id}/runs"
        self._clock.morning_of(cohort.closes_on + timedelta(days=1))
        for number in range(1, assumptions.RUNS):
            started, _ = self._browser.call(
                "POST", runs, self._token, **{"Idempotency-Key": f"try {self._seed} {number}"}
            )
            self._stack.drain()
            self._run = started["id"]
            self._look()
        introduced_on = super().match(cohort)
        self._run = ""
        return introduced_on

    def _tell_week(
        self, monday: date, asked: int, said: Mapping[str, int], surveys: Mapping[str, int]
    ) -> None:
        super()._tell_week(monday, asked, said, surveys)
        self._weeks += 1
        self._look()
        if self._weeks == WEEK_OF_LEAVING:
            for applicant in self._applicants.values():
                if applicant.confirms and self._chosen(applicant, "leaves", assumptions.SHARE_LEAVING):
                    self._leave(applicant)

    def _look(self) -> None:
        """Let the coordinator look into the console, as often as in a week."""
        if self._cohort is None:
            return
        cohort = f"/console/cohorts/{self._cohort.id}"
        pages = ["/console/", cohort, f"{cohort}/people", f"{cohort}/pairs", f"{cohort}/report"]
        if self._run:
            pages += [f"{cohort}/runs/{self._run}"]
        for _ in range(assumptions.CONSOLE_VISITS_A_WEEK):
            self._visitor.sign_in(urlsplit(invite(self._services, "play")).path)
            for path in pages:
                self._visitor.open(path)

    def _change(self, applicant: Applicant) -> None:
        path = self._key_for(applicant, Purpose.CHANGE)
        version = READ_VERSION.search(self._visitor.open(path))
        if version is None:
            raise PlayError("the page for changing answers shows no version")
        questionnaire = questionnaire_for(self._services, applicant.role)
        self._browser.send(path, [*page_of(questionnaire, applicant.answers), ("_read", version[1])])

    def _leave(self, applicant: Applicant) -> None:
        self._browser.send(self._key_for(applicant, Purpose.WITHDRAW))
        self._stack.drain()

    def _key_for(self, applicant: Applicant, purpose: Purpose) -> str:
        """Ask for a fresh link and return the path in the mail."""
        self._new_mails()
        self._visitor.ask_for(purpose, applicant.role, str(applicant.answers["email"]))
        paths = [path for mail in self._new_mails() if (path := link_in(mail, purpose))]
        if not paths:
            raise PlayError(f"nobody was sent a link to {purpose}")
        return paths[-1]

    def _unread(self) -> list[Mail]:
        mails = super()._unread()
        for mail in mails:
            for path in sorted({match[0] for match in LINK.finditer(mail.body("plain") or "")}):
                for _ in range(assumptions.OPENED_BY_PROGRAMS):
                    self._visitor.open(path)
            if path := link_in(mail, Purpose.MATCH):
                self._visitor.open(path)
            self._tell_equality(mail)
        return mails

    def _tell_equality(self, mail: Mail) -> None:
        path, name = link_in(mail, Purpose.EQUALITY), self._services.programme.equality
        if (
            not path
            or name is None
            or not _chosen(mail.to[0], "equality", assumptions.SHARE_TELLING_EQUALITY)
        ):
            return
        asked = self._services.questionnaires[name]
        answers = answers_to(self._seed, asked, mail.to[0])
        self._browser.send(path, page_of(asked, answers or {}))

    def forget(self, cohort: Cohort) -> None:
        """Let the days come on which answers, and then names, are kept no longer."""
        for last in (answers_kept_until, people_kept_until):
            self._clock.morning_of(last(self._services.programme, cohort) + timedelta(days=1))
            self._stack.tick()

    def _chosen(self, applicant: Applicant, what: str, share: float) -> bool:
        return _chosen(str(applicant.answers["email"]), what, share)


def _chosen(address: str, what: str, share: float) -> bool:
    """Return whether that person does it: the same people in every play."""
    return hashlib.sha256(f"{what} {address}".encode()).digest()[0] < 256 * share


def measure(*, number: int, weeks: int, seed: int) -> dict[str, Any]:
    """Play a cohort of that many people and return what was counted, as it is stored."""
    clock = MovedClock(zone="UTC")
    meter = Meter(clock)
    ids = count(1)
    with (
        TemporaryDirectory() as scratch,
        _logging_into(LogMeter()),
        LocalStack(
            clock=clock, new_id=lambda: f"{next(ids):032}", background=False, sweeps=False, watch=meter
        ) as stack,
    ):
        clock.zone = stack.services.programme.zone
        play = MeteredPlay(stack, clock, seed)
        cohort = play.cohort(weeks)
        mentors = max(2, round(number * SHARE_OF_MENTORS))
        *everybody, last = people(seed, mentors, number - mentors + 1)
        play.enrol(cohort, everybody)
        introduced_on = play.match(cohort)
        if stack.services.programme.enrolling.waiting_list:
            play.late(cohort, last, introduced_on)
        play.weeks(cohort, introduced_on)
        stored = _stored(stack)
        play.half_a_year_later(cohort)
        play.forget(cohort)
        counts = _plain(meter)
        idle = _idle(stack, meter)
        visit = _site(stack.services, cohort, Path(scratch) / "site")
    return {
        "played": {
            "people": number,
            "weeks": weeks,
            "seed": seed,
            "on": f"{datetime.now(UTC):%Y-%m-%d}",
            "revision": _revision(),
            "first_day": f"{cohort.opens_on}",
            "last_day": f"{cohort.closed_after}",
        },
        "months": counts,
        "idle": idle,
        "stored": stored,
        "site": visit,
    }


@contextmanager
def _logging_into(handler: logging.Handler) -> Any:
    log = logging.getLogger("kith")
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


def _plain(meter: Meter) -> dict[str, dict[str, dict[str, float]]]:
    return {
        month: {whose: dict(sorted(counted.items())) for whose, counted in sorted(by.items())}
        for month, by in sorted(meter.counts.items())
    }


def _idle(stack: LocalStack, meter: Meter) -> dict[str, dict[str, float]]:
    """Return what one tick of each schedule costs when nothing is due, by schedule."""
    meter.counts.clear()
    for schedule in ("sweep", "ask", "forget"):
        stack.tick_one(schedule)
    (counted,) = _plain(meter).values()
    return counted


def _stored(stack: LocalStack) -> dict[str, int]:
    """Return what stands in the table: bytes with the index's, and items."""
    client = provisioning.client(stack.emulator, "dynamodb")
    sizes: Counter[str] = Counter()
    for page in client.get_paginator("scan").paginate(TableName=provisioning.NAME):
        for item in page["Items"]:
            sizes["items"] += 1
            sizes["bytes"] += units.item_bytes(item)
            if "due_pk" in item:
                keys = {name: item[name] for name in ("pk", "sk", "due_pk", "due_sk")}
                sizes["bytes"] += units.item_bytes(keys) + INDEX_ENTRY_BYTES
    return dict(sizes)


def _site(services: Services, cohort: Cohort, folder: Path) -> dict[str, int]:
    """Return what a visit to the site is made of, compressed as CloudFront does; it is built in `folder`."""
    site.build(folder, programme=services.programme, questionnaires=services.questionnaires, cohort=cohort)
    pages = [file for file in folder.rglob("*.html") if file.name == "index.html"]
    sizes = [_compressed(file) for file in pages]
    assets = {found for file in pages for found in ASSET.findall(file.read_text("utf-8"))}
    return {
        "page_bytes": round(sum(sizes) / len(sizes)),
        "assets": len(assets),
        "asset_bytes": sum(_compressed(folder / asset.lstrip("/")) for asset in assets),
        "stored_bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    }


def _compressed(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), mtime=0))


def _revision() -> str:
    answer = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout.strip() or "unknown"
