import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from functions.app import create_app
from functions.programme.links import Purpose
from functions.usecases.access.sign_in import invite
from functions.usecases.pairings.ask_checkins import ask_checkins
from functions.usecases.surveys.ask_survey import ask_survey
from functions.web.guards import CSRF_FIELD
from tests.harness import CohortHarness

CSRF = re.compile(rf'name="{CSRF_FIELD}" value="([^"]+)"')
OURS = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Site:
    """The harness's pages, as a browser meets them."""

    harness: CohortHarness
    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, path
        return answer.text

    def mailed(self, address: str, page: Purpose) -> str:
        """Return the path of the newest page of that kind that was mailed to the address."""
        return f"/my/{page}/{self.harness.sent_mail.token(address, page)}"

    def signed_in(self) -> "Site":
        path = invite(self.harness.services, "amara").removeprefix(self.harness.services.origin)
        answer = self.client.post(path, headers=OURS)
        assert answer.status_code == 303
        return self

    def a_week_later(self) -> None:
        """Let the first check-in be asked."""
        self.harness.clock.pass_by(days=8)
        ask_checkins(self.harness.services)
        self.harness.send()

    def at_the_end(self) -> None:
        """Let the survey be asked."""
        self.harness.clock.morning_of(self.harness.cohort.ends_on, self.harness.cohort.zone)
        ask_survey(self.harness.services)
        self.harness.send()

    def press(self, page: str, action: str, **fields: str | list[str]) -> TestResponse:
        """Send a form of the console as its page would."""
        found = CSRF.search(self.page(page))
        assert found
        return self.client.post(action, data={CSRF_FIELD: found[1], **fields}, headers=OURS)


@pytest.fixture
def site(harness: CohortHarness) -> Iterator[Site]:
    app = create_app(harness.services)
    app.testing = True
    with app.test_client() as client:
        client.environ_base["wsgi.url_scheme"] = "https"
        yield Site(harness, client)
