"""Enrolling by the page: what goes in, what comes back, what it never tells."""

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from functions.programme.people import Role
from functions.services import questionnaire_for
from functions.web.questions import fields_of
from tests.harness import MENTEE, MENTOR
from tests.mailboxes import DECODED_OR_SPLIT, SENDABLE
from tests.web.conftest import Site


def filled_in(site: Site, role: Role = Role.MENTEE, **changed: str) -> MultiDict[str, str]:
    questionnaire = questionnaire_for(site.harness.services, role)
    fields = fields_of(questionnaire, MENTEE if role is Role.MENTEE else MENTOR)
    fields["_version"] = questionnaire.version
    for name, value in changed.items():
        fields[name] = value
    return fields


def send(site: Site, fields: MultiDict[str, str], role: Role = Role.MENTEE) -> TestResponse:
    return site.client.post(f"/c/{site.harness.cohort.id}/{role}", data=fields)


@pytest.mark.parametrize("role", Role)
def test_a_person_enrols_and_is_told_to_look_into_their_mail(site: Site, role: Role) -> None:
    answer = send(site, filled_in(site, role), role)

    assert answer.status_code == 303
    assert answer.location == "/enrol/sent/"
    (person,) = site.harness.people(role)
    assert person.answers["topics_wanted" if role is Role.MENTEE else "topics_offered"]


def test_the_answer_does_not_tell_whether_an_address_is_known(site: Site) -> None:
    known, again = (send(site, filled_in(site, name=name)) for name in ("Ada", "Somebody else"))

    assert (known.status_code, known.data, list(known.headers)) == (
        again.status_code,
        again.data,
        list(again.headers),
    )


def test_the_same_page_sent_twice_without_script_enrols_once(site: Site) -> None:
    first, second = send(site, filled_in(site)), send(site, filled_in(site))

    assert first.status_code == second.status_code == 303
    assert len(site.harness.people()) == 1


def test_a_missing_answer_comes_back_with_everything_else_kept(site: Site) -> None:
    fields = filled_in(site, name="Zoë <b>Kept</b>")
    del fields["style"]

    answer = send(site, fields)

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert '<a href="#style">Choose what helps you most when you are stuck</a>' in " ".join(
        answer.text.split()
    )
    assert 'value="Zoë &lt;b&gt;Kept&lt;/b&gt;"' in answer.text
    assert 'value="tue-evening" aria-label="Tuesday evening" checked' in answer.text
    assert '<option value="research" selected>' in answer.text
    assert not site.harness.people()


def test_another_version_of_the_questions_is_shown_again_with_the_answers(site: Site) -> None:
    answer = send(site, filled_in(site, _version="older"))

    assert answer.status_code == 422
    assert "We have changed the questions" in answer.text
    assert 'value="Ada Example"' in answer.text


def test_a_cohort_that_is_closed_or_unknown_says_so_alike(site: Site) -> None:
    fields = filled_in(site)
    unknown = site.client.post("/c/no-such-cohort/mentee", data=fields)
    site.harness.clock.pass_by(days=400)

    closed = send(site, fields)

    assert closed.status_code == unknown.status_code == 409
    assert closed.data == unknown.data


@pytest.mark.parametrize("role", Role)
def test_an_address_that_is_read_as_another_comes_back_with_what_to_enter_and_nobody_is_mailed(
    site: Site, role: Role
) -> None:
    fields = filled_in(site, role)
    for name, address in SENDABLE.items():
        fields["email"] = address
        answer = send(site, fields, role)

        assert answer.status_code == 422, name
        assert 'href="#email"' in answer.text, name
        told = '<a href="#email">Mail programs may read this as another address: enter' in answer.text
        assert told is (name in DECODED_OR_SPLIT), name

    site.harness.send()
    assert not site.harness.people()
    assert not site.harness.sent_mail.mails


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "\ud83d", "email": "a@b.example"},
        {"name": "\x00"},
        {"avoid_": "x"},
        {"capacity": "9" * 5000},
        {"availability": "mon-midnight"},
        {"_request": "k" * 4000},
        {},
    ],
)
def test_hostile_answers_come_back_as_a_page(site: Site, fields: dict[str, str]) -> None:
    body = MultiDict({name: value.encode("utf-8", "replace") for name, value in fields.items()})

    answer = site.client.post(f"/c/{site.harness.cohort.id}/mentor", data=body)

    assert answer.status_code == 422
    assert "Please look at this again" in answer.text
    assert not site.harness.people()


def test_more_than_a_page_of_answers_is_refused_kindly(site: Site) -> None:
    answer = send(site, filled_in(site, about="x" * 33_000))

    assert answer.status_code == 413
    assert "more than we can take" in answer.text
