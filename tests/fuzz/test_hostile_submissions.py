"""A thousand hostile submissions: each is answered in words, kept out of the table, and told to nobody."""

import csv
import io
import json
import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from urllib.parse import urljoin

import pytest
from moto import mock_aws

from functions.storage.table import Table
from functions.web.console.csv_export import cell
from functions.web.questions import VERSION_FIELD
from tests.conftest import NAME, client_of
from tests.fuzz.fixtures import PLANTED, FuzzedSite, Reply, Shown, Submission
from tests.fuzz.hostile import FORMULAE, SCRIPTS, submissions, with_words
from tests.harness import harness_over

SEED, HOW_MANY = 20_261_122, 1_000
PROBLEM = "application/problem+json"
EMPTY_BY_DESIGN = ("HEAD", "OPTIONS")
ORIGIN = "https://kith.example/"
ADDRESS = re.compile(r"person-\d+@people\.example")

pytestmark = [
    pytest.mark.load,
    pytest.mark.xdist_group("hostile submissions"),
    # What werkzeug has read of a broken multipart body stays in memory until it is collected.
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thrown:
    """The ground after everything was thrown at it, what was wrong with the answers, and what was logged."""

    ground: FuzzedSite
    statuses: Counter[int]
    kinds: Mapping[str, Counter[int]]
    faults: Mapping[str, Submission]
    logged: str


class Listening(logging.Handler):
    """Keeps all that is logged, with everything that hangs on it."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.getMessage()} {record.__dict__} {record.exc_text}")


@pytest.fixture(scope="module")
def thrown() -> Iterator[Thrown]:
    with mock_aws():
        for client in client_of(None):
            yield throw(FuzzedSite(harness_over(Table(client, NAME, pause=lambda _: None))))


def throw(ground: FuzzedSite) -> Thrown:
    listening, root = Listening(), logging.getLogger()
    level = root.level
    root.addHandler(listening)
    root.setLevel(logging.INFO)
    statuses: Counter[int] = Counter()
    kinds: dict[str, Counter[int]] = {}
    faults: dict[str, Submission] = {}
    for submission in submissions(ground, SEED, HOW_MANY):
        answer = ground.send(submission)
        statuses[answer.status] += 1
        kinds.setdefault(submission.what, Counter())[answer.status] += 1
        for fault in faults_of(submission, answer, ground):
            faults.setdefault(f"{submission.what}: {fault} ({answer.status})", submission)
        if "sign-out" in submission.path:
            ground.sign_in()
    root.removeHandler(listening)
    root.setLevel(level)
    return Thrown(
        ground=ground, statuses=statuses, kinds=kinds, faults=faults, logged=" ".join(listening.said)
    )


def faults_of(submission: Submission, answer: Reply, ground: FuzzedSite) -> list[str]:
    """Return what is wrong with an answer."""
    found = [*_faults_of_words(submission, answer), *_faults_of_headers(answer)]
    if answer.status == 422 and answer.is_page:
        found += _not_kept(submission, answer)
    if answer.status >= 400 and ground.before is not None and ground.before != ground.items():
        found.append("refused, and the table is another")
    return found


def _faults_of_words(submission: Submission, answer: Reply) -> Iterator[str]:
    if answer.status >= 500:
        yield "a fault on our side"
    if any(script in answer.text for script in SCRIPTS if "<" in script):
        yield "a script as it was sent"
    if answer.status < 400 or submission.method in EMPTY_BY_DESIGN:
        return
    kind = answer.headers.get("Content-Type")
    if kind == PROBLEM:
        problem = json.loads(answer.text)
        if not (problem["title"] and problem["detail"] and problem["status"] == answer.status):
            yield "a problem that doesn't say what to do"
    elif not answer.is_page:
        yield f"refused with {kind}, neither a page nor a problem"
    elif not re.search(r"<h1[ >]", answer.text) or "</main>" not in answer.text:
        yield "a page that says nothing"


def _faults_of_headers(answer: Reply) -> Iterator[str]:
    if "default-src 'none'" not in answer.headers.get("Content-Security-Policy", ""):
        yield "no policy"
    leads_to = urljoin(ORIGIN, answer.headers.get("Location", "/"))
    if not leads_to.startswith(ORIGIN):
        yield f"leads to {leads_to}"
    if "X-Injected" in answer.headers or "Bcc" in answer.headers:
        yield "a header of theirs"


def _not_kept(submission: Submission, answer: Reply) -> Iterator[str]:
    shown = Shown(answer.text).fields
    for name in {name for name, _ in submission.kept} - {VERSION_FIELD}:
        sent = [value for each, value in submission.kept if each == name]
        if sorted(shown.getlist(name)) != sorted(sent):
            yield f"the answer to {name} is lost"


def test_each_of_a_thousand_hostile_submissions_is_answered_in_words_and_keeps_what_was_written(
    thrown: Thrown,
) -> None:
    assert thrown.faults == {}


def test_hostile_submissions_reach_every_kind_of_answer(thrown: Thrown) -> None:
    assert thrown.statuses.total() == HOW_MANY
    assert {200, 303, 400, 401, 404, 405, 409, 413, 415, 422} <= set(thrown.statuses)
    assert thrown.kinds["size"].keys() == {413}


def test_nothing_of_a_person_and_no_token_is_logged_whatever_is_sent(thrown: Thrown) -> None:
    assert not any(words in thrown.logged for words in PLANTED)
    assert not ADDRESS.search(thrown.logged)
    assert not any(token in thrown.logged for tokens in thrown.ground.tokens.values() for token in tokens)


def test_no_cell_of_any_file_is_a_formula_whatever_was_accepted(thrown: Thrown) -> None:
    ground = thrown.ground
    ground.sign_in()
    ground.harness.clock.pass_by(minutes=1)  # later answers replace those of before
    for form, formula in zip(ground.forms[-len(FORMULAE) :], FORMULAE, strict=True):
        assert ground.send(with_words(ground, form, formula)).status == 200
    files = [rule for method, rule in ground.rules if method == "GET" and rule.endswith(".csv")]
    seen = ""
    for rule in files:
        path = ground.filled_in(rule, Random(SEED), cohort_id=ground.ended.id)  # noqa: S311
        answer = ground.send(Submission(what="file", path=path, method="GET", headers=ground.signed_in))
        assert answer.status == 200, path
        seen += answer.text
        cells = [each for row in csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))) for each in row]
        assert all(cell(each) == each or re.fullmatch(r"-?[\d.]+", each) for each in cells), path
    assert "'=HYPERLINK" in seen
    assert "'+1+1" in seen


def test_no_mail_to_whoever_was_accepted_carries_a_header_of_theirs(thrown: Thrown) -> None:
    thrown.ground.harness.send()

    for mail in thrown.ground.harness.sent_mail.mails:
        assert not set(mail.keys()) & {"Bcc", "Cc", "Set-Cookie"}
        assert len(mail.get_all("To", [])) == 1
        assert mail["To"].endswith("@people.example")
