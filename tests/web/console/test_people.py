"""People in the console: lists by state, decisions with reasons, and what is short."""

import re
from dataclasses import replace
from html import unescape

import pytest

from functions.programme.people import Enrolment, EnrolmentState, Role
from functions.programme.programme import Decision, Enrolling
from functions.storage.enrolment import enrolments
from functions.usecases.enrolment.update_supply_forecast import update_supply_forecast
from functions.web.console.people_columns import COLUMNS, Column
from tests.harness import MENTEE, MENTOR
from tests.web.conftest import Site

AVOIDED = "Nigel Nobody"
PEOPLE = [
    {**MENTEE, "avoid": AVOIDED},
    {**MENTEE, "name": "Bea Example", "email": "bea@mentees.example"},
    MENTOR,
]


@pytest.fixture
def console(site: Site) -> Site:
    """Three people have applied in a programme in which a coordinator decides."""
    harness = site.harness
    chosen = Enrolling(decided_by=Decision.COORDINATOR)
    harness.services = replace(
        harness.services, programme=replace(harness.services.programme, enrolling=chosen)
    )
    for number, person in enumerate(PEOPLE):
        harness.clock.pass_by(minutes=number)
        harness.confirmed(person)
    assert {person.state for person in harness.people()} == {EnrolmentState.APPLIED}
    return site.signed_in()


def path(site: Site, page: str = "/people") -> str:
    return f"/console/cohorts/{site.harness.cohort.id}{page}"


def one(site: Site, address: object) -> Enrolment:
    return site.harness.person(str(address))


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)


def test_a_list_shows_names_and_states_and_no_address_or_answer(console: Site) -> None:
    page = console.page(path(console))

    assert names(page) == ["Ada Example", "Bea Example", "Grace Example"]
    assert "to decide</span>" in page
    assert "@mentees.example" not in page
    assert AVOIDED not in page


def test_a_list_is_of_one_state_and_of_one_role(console: Site) -> None:
    assert names(console.page(path(console, "/people?group=applied&role=mentor"))) == ["Grace Example"]
    assert names(console.page(path(console, "/people?group=place"))) == []
    assert names(console.page(path(console, "/people?group=nonsense&role=x&from=-1"))) == names(
        console.page(path(console))
    )


def test_every_link_and_button_of_the_lists_and_of_a_person_leads_somewhere(console: Site) -> None:
    ada = one(console, MENTEE["email"])
    for shown in ("/people?group=applied", f"/people/{ada.id}"):
        page = console.page(path(console, shown))
        column = page[page.index("<main") : page.index("</main>")]
        links = {unescape(link) for link in re.findall(r'href="(/[^"]+)"', column)}
        forms = set(re.findall(r'action="([^"]+)"', column))

        assert {link: console.get(link).status_code for link in links} == dict.fromkeys(links, 200)
        assert [form for form in forms if form.startswith(path(console))] == list(forms) != []


def test_the_overview_leads_to_the_applications_that_await_a_decision(console: Site) -> None:
    page = console.page(path(console, ""))

    link = f'<a href="{path(console, "/people?group=applied")}">3 applications to decide</a>'
    assert link in page


def test_several_are_accepted_together_and_hear_of_it(console: Site) -> None:
    chosen = [one(console, MENTEE["email"]).id, one(console, MENTOR["email"]).id]
    console.harness.send()
    received = len(console.harness.sent_mail.to(str(MENTOR["email"])))

    answer = console.press(
        path(console, "/people?group=applied"), path(console, "/people/accept"), person=chosen
    )

    assert answer.status_code == 303
    assert "2 people have a place now" in console.page(answer.location)
    states = {person.name: person.state for person in console.harness.people()}
    assert states["Ada Example"] is states["Grace Example"] is EnrolmentState.CONFIRMED
    assert states["Bea Example"] is EnrolmentState.APPLIED
    console.harness.send()
    assert len(console.harness.sent_mail.to(str(MENTOR["email"]))) == received + 1
    assert len(console.harness.sent_mail.to("bea@mentees.example")) == received


def test_nobody_is_accepted_when_nobody_is_ticked(console: Site) -> None:
    answer = console.press(path(console, "/people?group=applied"), path(console, "/people/accept"))

    assert answer.status_code == 422
    assert "Tick the people whom you give a place" in answer.text


def test_whoever_was_decided_meanwhile_stays_as_they_are(console: Site) -> None:
    ada = one(console, MENTEE["email"])
    where = path(console, f"/people/{ada.id}")
    console.press(where, f"{where}/decision", decision="decline", reason="No places left in physics.")

    answer = console.press(
        path(console, "/people?group=applied"), path(console, "/people/accept"), person=ada.id
    )

    assert "1 had been decided meanwhile" in console.page(answer.location)
    assert one(console, MENTEE["email"]).state is EnrolmentState.DECLINED


def test_one_persons_page_shows_what_they_answered_and_what_of_it_is_private(console: Site) -> None:
    page = console.page(path(console, f"/people/{one(console, MENTEE['email']).id}"))

    assert "ada@mentees.example" in page
    assert "Where are you in your studies?" in page
    assert re.search(rf'tag-private">private</span></dt>\s*<dd>{AVOIDED}</dd>', page)
    assert page.count("tag-private") == 1


def test_a_decline_needs_a_reason_and_keeps_what_was_typed(console: Site) -> None:
    ada = one(console, MENTEE["email"])
    where = path(console, f"/people/{ada.id}")

    empty = console.press(where, f"{where}/decision", decision="decline", reason="  ")
    long = console.press(where, f"{where}/decision", decision="decline", reason="x" * 1001)
    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Write the reason: the person reads it" in empty.text
    assert "Error: One person" in empty.text
    assert "x" * 1001 in long.text

    done = console.press(where, f"{where}/decision", decision="decline", reason="Come back in May.")
    assert done.status_code == 303
    page = console.page(where)
    assert "by amara on" in page
    assert "“Come back in May.”" in page
    assert "Your decision" not in page


def test_two_coordinators_who_decide_at_once_are_told(console: Site) -> None:
    ada = one(console, MENTEE["email"])
    where = path(console, f"/people/{ada.id}")
    console.press(where, f"{where}/decision", decision="accept")

    late = console.press(path(console), f"{where}/decision", decision="decline", reason="Too late.")

    assert late.status_code == 409
    assert "Somebody has decided this already" in late.text
    assert one(console, MENTEE["email"]).state is EnrolmentState.CONFIRMED


def test_who_has_not_read_the_training_stands_in_a_list_of_their_own(console: Site) -> None:
    for person in PEOPLE[:2]:
        where = path(console, f"/people/{one(console, person['email']).id}")
        console.press(where, f"{where}/decision", decision="accept")
    services = console.harness.services
    services.table.write_unaudited(
        enrolments.training(one(console, MENTEE["email"]), console.harness.clock.now),
        idempotency_key="training",
    )

    assert names(console.page(path(console, "/people?group=untrained"))) == ["Bea Example"]


def test_a_person_of_another_cohort_is_not_there(console: Site) -> None:
    ada = one(console, MENTEE["email"])
    for page in (f"/console/cohorts/other/people/{ada.id}", "/console/cohorts/other/people"):
        assert console.get(page).status_code == 404
    assert console.get(path(console, "/people/nobody")).status_code == 404
    answer = console.press(path(console), path(console, "/people/nobody/decision"), decision="accept")
    assert answer.status_code == 404


def test_without_a_session_nobody_sees_or_decides_anything(console: Site) -> None:
    ada = one(console, MENTEE["email"])
    seen = ("/people", f"/people/{ada.id}", "/forecast")
    done = ("/people/accept", f"/people/{ada.id}/decision", "/forecast")

    with console.client.application.test_client() as stranger:
        assert {stranger.get(path(console, page)).status_code for page in seen} == {404}
        assert {stranger.post(path(console, page)).status_code for page in done} == {404}


def test_what_is_short_is_told_in_words_with_whom_to_look_for(console: Site) -> None:
    assert "Nothing has been counted yet" in console.page(path(console, "/forecast"))
    for number in range(9):
        wish = {"topics_wanted": ("statistics",)} if number < 6 else {}
        console.harness.confirmed({**MENTEE, **wish, "email": f"{number}@m.example", "name": f"M {number}"})

    answer = console.press(path(console, "/forecast"), path(console, "/forecast"))
    assert answer.status_code == 303
    assert "It is being counted" in console.page(answer.location)
    update_supply_forecast(console.harness.services, console.harness.cohort.id)
    page = console.page(answer.location)

    assert "It is being counted" not in page
    assert "<b>6 mentees want “Statistics and working with data”</b> as their first choice" in page
    assert "mentors offer no places with it. 3 more mentors who offer it would do." in page
    assert "11 mentees share fewer than 5 places, and that is all there are: any mentor helps." in page
    assert "(Europe/London)" in page


def test_where_places_are_too_few_to_be_told_what_is_short_is_told_as_a_bound(console: Site) -> None:
    harness = console.harness
    for number in range(9):
        wish = {"topics_wanted": ("statistics",)} if number < 6 else {}
        harness.confirmed({**MENTEE, **wish, "email": f"{number}@m.example", "name": f"M {number}"})
    for number in range(6):
        offer = {"topics_offered": ("statistics",)} if number == 0 else {}
        harness.confirmed({**MENTOR, **offer, "email": f"{number}@mentors.example", "name": f"G {number}"})

    update_supply_forecast(harness.services, harness.cohort.id)
    page = console.page(path(console, "/forecast"))

    assert "mentors offer fewer than 5 places with it. At least " in page
    assert re.search(r'<td class="n">at least \d+</td><td class="n">at least \d+</td>', page)


def test_roles_are_told_apart_in_every_list(console: Site) -> None:
    for role in Role:
        page = console.page(path(console, f"/people?role={role}"))
        assert names(page) == [person.name for person in sorted_by_time(console, role)]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_a_list_has_every_column_and_is_sorted_by_it_either_way(console: Site, column: Column) -> None:
    up = console.page(path(console, f"/people?sort={column.name}"))
    down = console.page(path(console, f"/people?sort=-{column.name}"))

    assert re.search(rf'aria-sort="ascending"><a href="[^"]+sort=-{column.name}">{column.heading}', up)
    assert re.search(rf'aria-sort="descending"><a href="[^"]+sort={column.name}">{column.heading}', down)
    assert up.count("<td>") == 3 * (len(COLUMNS) - 1)
    assert sorted(names(up)) == sorted(names(down)) == sorted(str(person["name"]) for person in PEOPLE)


def test_a_list_sorted_by_name_or_time_begins_with_the_first_or_the_last(console: Site) -> None:
    begins = {
        sort: names(console.page(path(console, f"/people?sort={sort}")))[0]
        for sort in ("name", "-name", "since", "-since", "-role", "nonsense", "--name")
    }

    assert begins == {
        "name": "Ada Example",
        "-name": "Grace Example",
        "since": "Ada Example",
        "-since": "Grace Example",
        "-role": "Grace Example",
        "nonsense": "Ada Example",
        "--name": "Ada Example",
    }


def sorted_by_time(site: Site, role: Role) -> list[Enrolment]:
    return sorted(site.harness.people(role), key=lambda person: person.enrolled_at)


def test_the_waiting_list_begins_with_whoever_has_waited_longest(site: Site) -> None:
    harness = site.harness
    for number in range(3):
        harness.confirmed({**MENTEE, "name": f"Mentee {number}", "email": f"{number}@mentees.example"})
        harness.clock.pass_by(minutes=1)
    harness.confirmed(MENTOR)  # with two places
    harness.introduced()
    harness.clock.pass_by(days=1)
    late = harness.confirmed({**MENTEE, "name": "Late Example", "email": "late@mentees.example"})
    site.signed_in()

    page = site.page(path(site, "/people?group=waiting"))

    left, last = names(page)
    assert re.fullmatch(r"Mentee \d", left)
    assert last == "Late Example"
    where = path(site, f"/people/{late.id}")
    assert site.press(where, f"{where}/decision", decision="accept").status_code == 303
    assert one(site, "late@mentees.example").state is EnrolmentState.CONFIRMED


@pytest.mark.parametrize("reason", ["No\x00thing", "Not\ufffe now", "Later\u202e on"])
def test_a_reason_that_no_mail_can_carry_comes_back_and_nobody_is_declined(
    console: Site, reason: str
) -> None:
    ada = one(console, MENTEE["email"])
    where = path(console, f"/people/{ada.id}")

    answer = console.press(where, f"{where}/decision", decision="decline", reason=reason)

    assert answer.status_code == 422
    assert "Type this again instead of pasting it" in answer.text
    assert one(console, MENTEE["email"]).state is EnrolmentState.APPLIED


@pytest.mark.parametrize("page", ["/people/accept", "/forecast"])
def test_a_button_about_a_cohort_that_is_not_there_leads_nowhere(console: Site, page: str) -> None:
    for elsewhere in ("no-such-cohort", "a%0D%0Ab", "a%3Fb%23c"):
        answer = console.press(path(console), f"/console/cohorts/{elsewhere}{page}", person="somebody")
        assert answer.status_code == 404


def test_whoever_is_ticked_twice_is_counted_once(console: Site) -> None:
    ada = one(console, MENTEE["email"])

    answer = console.press(path(console), path(console, "/people/accept"), person=[ada.id, ada.id])

    assert answer.headers["Location"].endswith("&accepted=1&left=0")


def test_no_place_is_given_in_a_cohort_that_is_over_but_a_kind_no_still_is(console: Site) -> None:
    harness = console.harness
    harness.clock.morning_of(harness.cohort.ends_on, harness.cohort.zone)
    console.signed_in()
    ada = one(console, MENTEE["email"])
    where = path(console, f"/people/{ada.id}")

    late = console.press(where, f"{where}/decision", decision="accept")
    assert late.status_code == 409
    assert "This cohort is over" in late.text
    assert one(console, MENTEE["email"]).state is EnrolmentState.APPLIED

    done = console.press(where, f"{where}/decision", decision="decline", reason="Come in spring.")
    assert done.status_code == 303
    assert one(console, MENTEE["email"]).state is EnrolmentState.DECLINED
