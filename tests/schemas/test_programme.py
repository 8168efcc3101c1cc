"""A programme's definition file is read whole, and every mistake in it is explained."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.programme.people import Role
from functions.programme.programme import (
    STAGES,
    Criterion,
    Decision,
    Enrolling,
    Moment,
    Retention,
    StageWeeks,
    Theme,
    usual_stages,
)
from functions.questionnaires import definitions
from functions.questionnaires.programme_codec import programme_from, written
from schemas.programme import ProgrammeError, checked, contrast_with_white, parse
from tests.mailboxes import DECODED_OR_SPLIT

FILE = definitions.FOLDER / "programmes" / "first-year.toml"
GOOD = FILE.read_text(encoding="utf-8")


# The least that a definition may say; everything else has a value that most programmes want.
LEAST = """
name = "Second Year Together"
organisation = "University of Example"
zone = "Europe/London"
languages = ["en"]
policy = "one-to-one"
[contact]
name = "Dr Amara Okafor"
email = "concerns@university.example"
[settings]
objectives = ["Everybody has somebody to ask.", "Everybody is asked how it goes."]
selection = "Open to all."
matching = "By topics."
training = "Half an hour."
meeting_frequency = "Monthly."
goal_setting = "Two goals."
[calendar]
opens_on = 2027-09-06
enrolment_days = 28
pairing_weeks = 26
survey_days = 21
[questionnaires]
mentor = "mentor"
mentee = "mentee"
end = "end"
[theme]
accent = "#8A2B4F"
"""


@pytest.mark.parametrize("text", [GOOD, LEAST])
def test_what_the_checks_made_is_the_same_programme_once_it_was_written_down(text: str) -> None:
    known = written(checked(text, file="trial.toml"))

    assert programme_from("trial", json.loads(known)) == parse(text, programme_id="trial", file="trial.toml")
    assert written(json.loads(known)) == known


def faults(text: str) -> list[str]:
    """Return what is said of a definition file."""
    with pytest.raises(ProgrammeError) as refused:
        parse(text, programme_id="trial", file="trial.toml")
    return [str(fault) for fault in refused.value.faults]


def with_line(start: str, line: str) -> str:
    """Return the good file with the one line that begins so replaced."""
    lines = GOOD.splitlines()
    at = [number for number, old in enumerate(lines) if old.startswith(start)]
    assert len(at) == 1
    lines[at[0]] = line
    return "\n".join(lines)


def test_the_ready_made_programme_is_read() -> None:
    programme = parse(GOOD, programme_id="first-year", file="first-year.toml")

    assert programme.questionnaires == {Role.MENTOR: "mentor", Role.MENTEE: "mentee"}
    assert len(programme.settings.objectives) == 4
    assert programme.calendar.opens_on == date(2027, 1, 11)
    assert programme.cohort(programme.calendar.opens_on).closes_on == date(2027, 2, 7)


def test_an_empty_file_is_told_everything_that_it_needs() -> None:
    said = faults("")

    assert len(said) == 10
    assert 'trial.toml, name: This is missing. Add a line like: name = "First Year Together"' in said
    assert "trial.toml, settings: This is missing. Add the part that begins with [settings]." in said


NAME = "This must be text in quotation marks, like: name = "
DAY = "Write the day without quotation marks, year first, like: opens_on = 2027-09-06"
DAYS = "Write a whole number from 1 to 120, like: enrolment_days = 28"
POLICY = "Write the name of a file in schemas/policies without its ending, like: policy = "


@pytest.mark.parametrize(
    ("start", "line", "key", "said"),
    [
        ('name = "First', "name = 3", "name", NAME),
        ('name = "First', 'name = "  "', "name", "This is empty. Write something like: name ="),
        ('name = "First', f'name = "{"x" * 61}"', "name", "This is too long. Write at most 60 characters."),
        ("zone", 'zone = "London"', "zone", "No time zone has this name. Write one of the IANA database"),
        ("zone", 'zone = "localtime"', "zone", "No time zone has this name."),
        ("zone", 'zone = "Europe"', "zone", "No time zone has this name."),
        ("zone", 'zone = "../etc/passwd"', "zone", "No time zone has this name."),
        ("zone", "zone = 1", "zone", "Write the time zone in quotation marks"),
        ("languages", 'languages = "en"', "languages", "Write the languages as a list"),
        ("languages", "languages = []", "languages", "Name at least one language"),
        (
            "languages",
            'languages = ["English"]',
            "languages.1",
            "This is not a language code. Write codes like",
        ),
        ("policy", 'policy = "../secret"', "policy", POLICY),
        ("email", 'email = "concerns"', "contact.email", "This is not an e-mail address. Write one like"),
        ("email", "email = 3", "contact.email", "This is not an e-mail address. Write one like"),
        *(
            (
                "email",
                f"email = {json.dumps(address)}",
                "contact.email",
                "Mail programs may read this as another",
            )
            for address in DECODED_OR_SPLIT.values()
        ),
        ("opens_on", 'opens_on = "2027-01-11"', "calendar.opens_on", DAY),
        ("opens_on", "opens_on = 2027-01-11T00:00:00Z", "calendar.opens_on", DAY),
        ("enrolment_days", "enrolment_days = 0", "calendar.enrolment_days", DAYS),
        ("enrolment_days", "enrolment_days = 28.5", "calendar.enrolment_days", DAYS),
        (
            "survey_days",
            "surveydays = 21",
            "calendar.surveydays",
            "Kith knows no such key. Check its spelling",
        ),
        (
            "accent",
            'accent = "red"',
            "theme.accent",
            "This is not a colour. Write it as six hexadecimal digits",
        ),
        (
            "accent",
            'accent = "#777777"',
            "theme.accent",
            "White text can't be read on this colour: its contrast is 4.48",
        ),
    ],
)
def test_each_mistake_is_told_with_its_key_and_what_to_do(start: str, line: str, key: str, said: str) -> None:
    told = faults(with_line(start, line))

    assert any(fault.startswith(f"trial.toml, {key}: {said}") for fault in told), told


def test_what_a_definition_leaves_out_has_a_value_that_most_programmes_want() -> None:
    programme = parse(LEAST, programme_id="second-year", file="second-year.toml")

    assert programme.theme == Theme(accent="#8a2b4f")
    assert programme.surveys == {Moment.END: "end"}
    assert programme.questionnaire_names == ("mentor", "mentee", "end")
    assert programme.enrolling == Enrolling()
    assert programme.retention == Retention(answers_days=90, people_days=365)
    assert programme.checkin_days == (7, 21, 51, 81, 111, 141, 171)
    assert programme.stages == usual_stages(26)
    assert programme.success == ()


def test_what_a_definition_says_is_what_the_programme_does() -> None:
    text = LEAST.replace('end = "end"', 'end = "end"\nafter = "later"\nequality = "who-we-are"') + (
        'logo = "our-logo.svg"\n'
        '[enrolment]\ndecided_by = "coordinator"\ndomains = ["Uni.Example"]\ntraining_first = true\n'
        'waiting_list = false\ncode_of_conduct = "2027-01"\n'
        "[mails]\ncheckin_days = [5, 50]\n[stages]\nintroduction = 1\ntransition = 20\n"
        "[retention]\npeople_days = 200\n"
        '[[success]]\nobjective = 2\nmeasured_by = "check-ins"\ntarget = 70\n'
    )

    programme = parse(text, programme_id="second-year", file="second-year.toml")

    assert programme.theme.logo == "our-logo.svg"
    assert programme.questionnaire_names == ("mentor", "mentee", "who-we-are", "end", "later")
    assert programme.enrolling == Enrolling(
        decided_by=Decision.COORDINATOR,
        domains=("uni.example",),
        training_first=True,
        waiting_list=False,
        code_of_conduct="2027-01",
    )
    assert programme.checkin_days == (5, 50)
    assert [programme.stage_in(week) for week in (1, 19, 20, 30)] == [
        *("introduction", "introduction"),
        *("transition", "transition"),
    ]
    assert programme.retention == Retention(answers_days=90, people_days=200)
    assert programme.success == (
        Criterion(objective="Everybody is asked how it goes.", measured_by="check-ins", target=70),
    )


@given(st.integers(min_value=2, max_value=104))
def test_the_usual_stages_come_in_order_within_the_weeks_of_the_pairings(weeks: int) -> None:
    stages = usual_stages(weeks)

    assert [stage.name for stage in stages] == list(STAGES)
    assert stages[0] == StageWeeks(name="introduction", from_week=1)
    assert [stage.from_week for stage in stages] == sorted(stage.from_week for stage in stages)
    assert stages[-1].from_week <= weeks


CONTRADICTIONS = [
    ("[mails]\ncheckin_days = [7, 7]", "mails.checkin_days", "Day 7 comes after day 7. Write each day once"),
    ("[mails]\ncheckin_days = [21, 7]", "mails.checkin_days", "Day 7 comes after day 21."),
    (
        "[mails]\ncheckin_days = [7, 182]",
        "mails.checkin_days",
        "Pairings of 26 weeks end on day 182, when the end survey asks, so day 182 is too late.",
    ),
    (
        "[stages]\nfoundation = 4\norientation = 3",
        "stages.orientation",
        "It begins in week 3, before `foundation` (week 4), which comes first in the guide.",
    ),
    ("[stages]\ntransition = 27", "stages.transition", "It begins in week 27, and the pairings last 26"),
    (
        "[retention]\nanswers_days = 90\npeople_days = 60",
        "retention.people_days",
        "Names would be erased after 60 days, and the answers that belong to them after 90.",
    ),
    (
        '[[success]]\nobjective = 3\nmeasured_by = "matched"\ntarget = 9',
        "success.1.objective",
        "There are 2 objectives. Write the number of one of them, from the top.",
    ),
    (
        '[[success]]\nobjective = 1\nmeasured_by = "pulse.helped"\ntarget = 9',
        "success.1.measured_by",
        "The programme has no survey `pulse`. Name it in [questionnaires], or measure by something else.",
    ),
    (
        '[[success]]\nobjective = 1\nmeasured_by = "luck"\ntarget = 101',
        "success.1.measured_by",
        "Nothing measures this. Write one of matched, first-contact, first-meeting,",
    ),
    ('[enrolment]\ndecided_by = "committee"', "enrolment.decided_by", 'Write one of these ("automatic": '),
    ('[enrolment]\ntraining_first = "no"', "enrolment.training_first", "Write true or false, without"),
    ("[enrolment]\nwaiting_list = 1", "enrolment.waiting_list", "Write true or false, without quotation"),
    ('[enrolment]\ndomains = ["a@b.example"]', "enrolment.domains.1", "This is no domain. Write what stands"),
    ('[enrolment]\ncode_of_conduct = "§ 1"', "enrolment.code_of_conduct", "Write letters, digits, dots and"),
    (
        "[enrolment]\ntrainingfirst = true",
        "enrolment.trainingfirst",
        "Kith knows no such key. Check its spelling, or remove the line. Did you mean `training_first`?",
    ),
    (
        '[[success]]\nobjective = 1\nmeasuredby = "matched"\ntarget = 9',
        "success.1.measuredby",
        "Kith knows no such key. Check its spelling, or remove the line. Did you mean `measured_by`?",
    ),
    ("success = 3", "theme.success", "Kith knows no such key."),
    ("[success]\nobjective = 1", "success", "Begin each criterion with a line [[success]], in two brackets."),
    ("[stages]\nhello = 1", "stages.hello", "Kith knows no such key."),
    ('logo = "../../etc/passwd.svg"', "theme.logo", "Write the name of an SVG or PNG file in small letters"),
    ('logo = "logo.jpg"', "theme.logo", "Write the name of an SVG or PNG file in small letters"),
]


@pytest.mark.parametrize(("added", "key", "said"), CONTRADICTIONS)
def test_keys_that_contradict_each_other_are_told(added: str, key: str, said: str) -> None:
    told = faults(LEAST + added)

    assert any(fault.startswith(f"trial.toml, {key}: {said}") for fault in told), told


CONTRADICTED = [
    ('end = "end"', 'end = "end"\nequality = "mentee"', "questionnaires.equality", "mentees are matched by"),
    (
        'end = "end"',
        'end = "end"\nafter = "a"\n[retention]\npeople_days = 100',
        "retention.people_days",
        "182",
    ),
    ("pairing_weeks = 26", "pairing_weeks = 4", "questionnaires.pulse", "asks on day 30"),
]


@pytest.mark.parametrize(("old", "new", "key", "said"), CONTRADICTED)
def test_questionnaires_that_contradict_the_calendar_are_told(
    old: str, new: str, key: str, said: str
) -> None:
    text = LEAST.replace('end = "end"', 'end = "end"\npulse = "pulse"', 1) if "pulse" in key else LEAST

    told = faults(text.replace(old, new))

    assert any(fault.startswith(f"trial.toml, {key}: ") and said in fault for fault in told), told


def test_a_slip_in_one_key_hides_no_contradiction_between_others() -> None:
    told = faults(LEAST.replace('zone = "Europe/London"', "zone = 3") + "[mails]\ncheckin_days = [300]")

    assert [fault.split(":")[0] for fault in told] == ["trial.toml, zone", "trial.toml, mails.checkin_days"]


@pytest.mark.parametrize(
    "line",
    ["a = " + "[" * 9000, "a = " + "{a=" * 5000, "a = " + "9" * 5000],
    ids=["lists", "tables", "number"],
)
def test_a_file_that_no_reader_gets_through_is_told_and_breaks_nothing(line: str) -> None:
    assert faults(line) == [
        "trial.toml: A value in it is too long or nested too deeply. Write it flat and short."
    ]


def test_a_broken_file_is_told_with_its_line() -> None:
    [said] = faults('name = "First\nzone = 1')

    assert said.startswith("trial.toml: This is not TOML: Illegal character '\\n' (at line 1, column 14).")
    assert said.endswith("Put text between quotation marks, and one `key = value` on a line.")


@pytest.mark.parametrize(
    ("colour", "contrast"), [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48)]
)
def test_contrast_is_that_of_the_guidelines(colour: str, contrast: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.005)
