"""“Your place”: asking for a link tells nobody anything, and what is behind it acts on a press alone."""

import json

import pytest

from functions.messages.kinds import MessageKind
from functions.programme.links import SELF_SERVICE_PURPOSES, Purpose
from functions.programme.people import EnrolmentState
from functions.programme.programme import Decision
from functions.storage import audit, audit_chain
from functions.storage.messages import outbox
from functions.web.questions import fields_of
from tests.harness import MENTEE, MENTOR
from tests.mailboxes import DECODED_OR_SPLIT
from tests.web.conftest import Site

ADA, GRACE = str(MENTEE["email"]), str(MENTOR["email"])


@pytest.fixture
def place(site: Site) -> Site:
    site.harness.confirmed(MENTEE)
    site.harness.confirmed(MENTOR)
    return site


def asked(site: Site, do: Purpose, email: str = ADA, role: str = "mentee") -> str:
    """Ask for a link, and return its path from the mail."""
    answer = site.client.post("/my/place/", data={"do": do, "role": role, "email": email})
    assert answer.status_code == 200
    site.harness.send()
    return site.mailed(email, do)


@pytest.mark.parametrize("do", SELF_SERVICE_PURPOSES)
def test_a_link_comes_by_mail_and_lives_ten_minutes(place: Site, do: Purpose) -> None:
    path = asked(place, do)

    assert place.get(path).status_code == 200
    place.harness.clock.pass_by(minutes=10)
    assert place.get(path).status_code == 404


def test_the_answer_is_the_same_bytes_whether_or_not_the_address_is_known(place: Site) -> None:
    def sent(email: str, role: str) -> tuple[bytes, list[tuple[str, str]]]:
        answer = place.client.post("/my/place/", data={"do": "erase", "role": role, "email": email})
        return answer.data, list(answer.headers)

    people = ((ADA, "mentee"), (ADA, "mentor"), ("nobody@mentees.example", "mentee"))
    answers = [sent(email, role) for email, role in people for _ in range(5)]

    assert all(answer == answers[0] for answer in answers)


def test_an_address_gets_three_links_an_hour_and_no_more(place: Site) -> None:
    place.harness.send()
    before = len(place.harness.sent_mail.to(ADA))

    for do in (*SELF_SERVICE_PURPOSES, *SELF_SERVICE_PURPOSES):
        asked_for = {"do": do, "role": "mentee", "email": f" {ADA.upper()}"}
        place.client.post("/my/place/", data=asked_for)
    place.harness.send()
    assert len(place.harness.sent_mail.to(ADA)) == before + 3

    place.harness.clock.pass_by(hours=1)
    asked(place, Purpose.EXPORT)
    assert len(place.harness.sent_mail.to(ADA)) == before + 4


def test_a_link_that_was_not_sent_in_its_ten_minutes_is_not_sent_at_all(place: Site) -> None:
    place.harness.send()
    before = len(place.harness.sent_mail.to(ADA))
    place.client.post("/my/place/", data={"do": "change", "role": "mentee", "email": ADA})
    place.harness.clock.pass_by(minutes=11)
    place.harness.send()
    assert len(place.harness.sent_mail.to(ADA)) == before


def test_no_link_is_asked_for_an_address_that_could_be_read_as_another(place: Site) -> None:
    place.harness.send()
    before = len(place.harness.sent_mail.mails)
    for name, address in DECODED_OR_SPLIT.items():
        answer = place.client.post("/my/place/", data={"do": "erase", "role": "mentee", "email": address})

        assert answer.status_code == 422, name
        said = " ".join(answer.text.split())
        assert "Mail programs may read this as another address: enter one address" in said, name

    place.harness.send()
    assert len(place.harness.sent_mail.mails) == before


@pytest.mark.parametrize("sent", [{}, {"do": "match", "role": "x", "email": "a@b"}, {"email": "\x00"}])
def test_what_can_not_be_asked_comes_back_with_what_to_do(site: Site, sent: dict[str, str]) -> None:
    answer = site.client.post("/my/place/", data=sent)

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert answer.text.count("Choose what you would like to do") == 2
    assert answer.text.count("Enter the address that you enrolled with") == 2


def test_answers_are_shown_as_they_were_given_and_changed_by_the_button_alone(place: Site) -> None:
    path = asked(place, Purpose.CHANGE)
    page = " ".join(place.page(path).split())
    assert 'value="Ada Example"' in page
    assert 'name="email"' not in page
    assert '<option value="research" selected>' in page

    fields = fields_of(
        place.harness.services.questionnaires["mentee"], {**MENTEE, "name": "Ada Byron", "style": "listening"}
    )
    del fields["email"]
    fields["_version"] = place.harness.services.questionnaires["mentee"].version
    fields["_read"] = "1"
    assert place.harness.person(ADA).name == "Ada Example"

    assert "Your answers are changed" in place.client.post(path, data=fields).text
    ada = place.harness.person(ADA)
    assert (ada.name, ada.version, ada.state) == ("Ada Byron", 2, EnrolmentState.CONFIRMED)
    # The same page once more: it still shows version 1, and what it says is in place already.
    assert place.client.post(path, data=fields).status_code == 200
    fields["name"] = "Ada Third"
    stale = place.client.post(path, data=fields)
    assert stale.status_code == 409
    assert 'value="Ada Third"' in stale.text
    assert place.harness.person(ADA).name == "Ada Byron"


def test_changing_answers_says_what_is_missing_and_that_questions_have_changed(place: Site) -> None:
    path = asked(place, Purpose.CHANGE)
    fields = fields_of(place.harness.services.questionnaires["mentee"], MENTEE)
    del fields["email"], fields["style"]

    missing = place.client.post(path, data={**fields, "_read": "1"})
    fields["style"] = "listening"
    older = place.client.post(path, data={**fields, "_read": "1", "_version": "older"})

    assert (missing.status_code, older.status_code) == (422, 422)
    assert "We have changed the questions" in older.text


def test_after_closing_the_page_says_that_nothing_can_be_changed(place: Site) -> None:
    place.harness.clock.pass_by(days=40)
    path = asked(place, Purpose.CHANGE)

    assert "can’t be changed any more" in place.page(path)
    assert place.client.post(path, data={}).status_code == 409
    assert place.harness.person(ADA).version == 1


def test_leaving_ends_the_pairing_kindly_and_the_match_page_shows_nobody_any_more(place: Site) -> None:
    place.harness.introduced()
    matches = [place.mailed(address, Purpose.MATCH) for address in (ADA, GRACE)]
    place.a_week_later()
    checkin = place.mailed(GRACE, Purpose.CHECKIN)
    path = asked(place, Purpose.WITHDRAW)
    place.page(path)
    assert place.harness.person(ADA).state is EnrolmentState.CONFIRMED

    assert [place.client.post(path).status_code for _ in range(2)] == [200, 200]
    place.harness.send()

    assert place.harness.person(ADA).state is EnrolmentState.WITHDRAWN
    kinds = {
        message.kind for message in outbox.in_cohort(place.harness.services.table, place.harness.cohort.id)
    }
    assert {MessageKind.WITHDRAWN, MessageKind.PARTNER_LEFT} <= kinds
    for about_it in (*matches, checkin):
        page = place.page(about_it)
        assert "This pairing has ended" in page
        assert ADA not in page
        assert not any(name in page for name in ("Ada Example", "Grace Example"))


def test_my_data_is_everything_about_me_and_of_others_my_partners_name(place: Site) -> None:
    place.harness.introduced()
    path = asked(place, Purpose.EXPORT)
    assert "Ada Example" not in place.page(path)

    page = place.client.post(path, data={"as": "page"}).text
    data = place.client.post(path, data={"as": "json"})
    sheet = place.client.post(path, data={"as": "csv"})

    assert data.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    told = json.loads(data.data)
    assert told["enrolment"]["name"] == "Ada Example"
    assert told["enrolment"]["answers"]["topics_wanted"] == ["study-skills", "research"]
    assert [pairing["partner"] for pairing in told["pairings"]] == ["Grace Example"]
    assert {"confirm", "welcome", "introduction", "key"} <= {message["kind"] for message in told["messages"]}
    assert {"enrol", "confirm", "export"} <= {event["action"] for event in told["what_happened"]}
    for text in (page, data.text):
        assert "Grace Example" in text
        assert GRACE not in text
    assert "Ada Example" in page
    assert "question,answer" in sheet.text
    exports = [
        line
        for line in audit.trail(place.harness.services.table, place.harness.cohort.id)
        if isinstance(line, audit_chain.Entry) and line.event.action == "export"
    ]
    assert len(exports) == 3


def test_erasing_is_done_by_the_button_and_pressed_twice_is_the_same_page(place: Site) -> None:
    path = asked(place, Purpose.ERASE)
    place.page(path)
    assert place.harness.person(ADA).name == "Ada Example"

    first, second = place.client.post(path), place.client.post(path)

    assert (first.status_code, first.data) == (200, second.data)
    assert [person.name for person in place.harness.people()].count("") == 1


def test_the_training_is_acknowledged_by_the_button_once(place: Site) -> None:
    place.harness.send()
    path = place.mailed(GRACE, Purpose.TRAINING)
    assert "/training-for-mentors/" in place.page(path)
    assert place.harness.person(GRACE).trained_at is None

    assert [place.client.post(path).status_code for _ in range(2)] == [200, 200]

    assert place.harness.person(GRACE).trained_at == place.harness.clock.now
    assert "I have read it" not in place.page(path)


def test_who_confirms_is_told_what_follows(site: Site) -> None:
    site.harness.rule(decided_by=Decision.COORDINATOR)
    site.client.application.extensions["kith"] = site.harness.services
    site.harness.apply(MENTEE)
    site.harness.send()

    page = site.client.post(site.mailed(ADA, Purpose.CONFIRM)).text

    assert "Your application is here" in page
    assert site.harness.person(ADA).state is EnrolmentState.APPLIED


def test_an_address_elsewhere_is_told_so_at_the_door_with_every_answer_kept(site: Site) -> None:
    site.harness.rule(domains=("uni.example",))
    site.client.application.extensions["kith"] = site.harness.services
    questionnaire = site.harness.services.questionnaires["mentee"]
    fields = fields_of(questionnaire, MENTEE)
    fields["_version"] = questionnaire.version

    answer = site.client.post(f"/c/{site.harness.cohort.id}/mentee", data=fields)
    fields["email"] = "ada@students.uni.example"
    here = site.client.post(f"/c/{site.harness.cohort.id}/mentee", data=fields)

    assert (answer.status_code, here.status_code) == (422, 303)
    assert '<a href="#email">Enter your address here, one that ends in @uni.example' in " ".join(
        answer.text.split()
    )
    assert 'value="Ada Example"' in answer.text
