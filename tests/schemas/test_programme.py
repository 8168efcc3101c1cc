"""A programme's definition file is read whole, and every mistake in it is explained."""

from datetime import date
from pathlib import Path

import pytest

from functions.programme.people import Role
from schemas import definitions
from schemas.programme import ProgrammeError, contrast_with_white, parse

FILE = Path(definitions.__file__).parent / "programmes" / "first-year.toml"
GOOD = FILE.read_text(encoding="utf-8")


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
            "languages.0",
            "This is not a language code. Write codes like",
        ),
        ("policy", 'policy = "../secret"', "policy", POLICY),
        ("email", 'email = "concerns"', "contact.email", "This is not an e-mail address. Write one like"),
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


def test_a_broken_file_is_told_with_its_line() -> None:
    [said] = faults('name = "First\nzone = 1')

    assert said.startswith("trial.toml: This is not TOML: Illegal character '\\n' (at line 1, column 14).")
    assert said.endswith("Put text between quotation marks, and one `key = value` on a line.")


@pytest.mark.parametrize(
    ("colour", "contrast"), [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48)]
)
def test_contrast_is_that_of_the_guidelines(colour: str, contrast: float) -> None:
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.005)
