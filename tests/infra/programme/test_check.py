"""`./kith check` reads all that a coordinator may edit, and tells every mistake at once."""

import re
import shutil
from pathlib import Path

import pytest

from infra import ROOT
from infra.programme.check import run

POLICY = """\
name = "several-mentees"
[mentees]
id = "email"
[mentors]
id = "email"
capacity = "capacity"
[matters_most]
column = "matters_most"
[[criterion]]
name = "topics"
kind = "ranked choice"
weight = 4
mentee = "topics_wanted"
mentor = "topics_offered"
[[criterion]]
name = "field"
kind = "same"
weight = 2
mentee = "field"
mentor = "field"
[[criterion]]
name = "availability"
kind = "times in common"
weight = 2
mentee = "availability"
mentor = "availability"
[[criterion]]
name = "style"
kind = "same"
weight = 1
mentee = "style"
mentor = "style"
[[criterion]]
name = "path"
kind = "shares any"
weight = 1
mentee = "path"
mentor = "path"
"""
PAGE = """\
+++
title = "About"
description = "What it is."
lead = "A word."
+++
Read [the home page](/), [about us](/about/#you) and [elsewhere](https://example.org).
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a small tree in which all is well."""
    shutil.copytree(ROOT / "schemas" / "questionnaires", tmp_path / "schemas" / "questionnaires")
    shutil.copytree(ROOT / "schemas" / "programmes", tmp_path / "schemas" / "programmes")
    (tmp_path / "schemas" / "policies").mkdir()
    (tmp_path / "schemas" / "policies" / "several-mentees.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "site" / "content").mkdir(parents=True)
    (tmp_path / "site" / "content" / "about.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def told(tree: Path, capsys: pytest.CaptureFixture[str], *argv: str) -> list[str]:
    """Return the mistakes told, without the count at the end."""
    files = [Path(word) for word in argv if word != "--write"]
    assert run(files, write="--write" in argv, root=tree) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.split("\n\n")[0].split("\n")


def test_what_ships_with_kith_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0, capsys.readouterr().err


def test_when_all_is_well_one_line_says_so(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root=tree) == 0

    out, err = capsys.readouterr()
    assert re.fullmatch(
        r"All is well: 1 programme, \d+ questionnaires \(\d+ questions\), 1 policy, 1 page\.\n", out
    )
    assert err == ""


def test_every_mistake_is_told_at_once(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(tree / "schemas/questionnaires/mentee.md", "| text | about |", "| text | About |")
    edit(tree / "schemas/programmes/first-year.toml", '"#8a2b4f"', '"#ffe680"')
    edit(tree / "schemas/policies/several-mentees.toml", 'kind = "same"', 'kind = "sane"')
    edit(tree / "site/content/about.md", "(/)", "(/nowhere/)")

    assert run(root=tree) == 2

    err = capsys.readouterr().err
    for words in ("questionnaires/mentee.md, row", "first-year.toml, theme.accent", "“sane”", "`/nowhere/`"):
        assert words in err
    assert err.endswith("\n4 mistakes found. Nothing was changed.\n")


def test_a_questionnaire_that_was_edited_is_to_be_written(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(tree / "schemas/questionnaires/mentee.md", "Your name", "Your first name")

    assert told(tree, capsys) == [
        "schemas/questionnaires/mentee.json: It is not what its source says. Run `./kith check --write`."
    ]
    assert run(write=True, root=tree) == 0
    assert run(root=tree) == 0
    assert '"Your first name"' in (tree / "schemas/questionnaires/mentee.json").read_text(encoding="utf-8")


def test_nothing_is_written_while_something_is_wrong(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(tree / "schemas/questionnaires/mentee.md", "Your name", "Your first name")
    edit(tree / "schemas/questionnaires/mentor.md", "| text | about |", "| text | About |")
    before = (tree / "schemas/questionnaires/mentee.json").read_bytes()

    assert any("mentor.md, row" in fault for fault in told(tree, capsys, "--write"))

    assert (tree / "schemas/questionnaires/mentee.json").read_bytes() == before


def test_one_file_can_be_checked_alone(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tree / "trial.md"
    path.write_text("| survey |\n| | type | name |\n", encoding="utf-8")

    assert run([tree / "schemas/questionnaires/mentee.md"], root=tree) == 0
    assert re.search(r"1 questionnaire \(\d+ questions\)", capsys.readouterr().out)
    assert any(fault.startswith("trial.md: ") for fault in told(tree, capsys, str(path)))


CASES = [
    # file, old, new, what is said
    (
        "schemas/programmes/first-year.toml",
        'policy = "several-mentees"',
        'policy = "second-year"',
        (
            "schemas/programmes/first-year.toml, policy: There is no `second-year` in schemas/policies. "
            "Write one of these: several-mentees."
        ),
    ),
    (
        "schemas/programmes/first-year.toml",
        'end = "end"',
        'end = "ending"',
        (
            "schemas/programmes/first-year.toml, questionnaires.end: There is no `ending` in "
            "schemas/questionnaires. Write one of these: end, end-of-training, equality, mentee, mentor, "
            "mid, pulse, six-months-after."
        ),
    ),
    (
        "schemas/programmes/first-year.toml",
        'languages = ["en", "ar"]',
        'languages = ["en", "cy"]',
        (
            "schemas/programmes/first-year.toml, languages: `mentee` is not written in `cy`. "
            "Add its columns to the questionnaire, or take the language out."
        ),
    ),
    (
        "schemas/programmes/first-year.toml",
        'languages = ["en", "ar"]',
        'languages = ["en", "cy"]',
        (
            "schemas/programmes/first-year.toml, languages: Kith’s own pages and mails are not translated "
            "into `cy`. They are there in ar, en. Take the language out, or have it added."
        ),
    ),
    (
        "schemas/programmes/first-year.toml",
        'accent = "#8a2b4f"',
        'accent = "#8a2b4f"\nlogo = "arms.svg"',
        (
            "schemas/programmes/first-year.toml, theme.logo: There is no `arms.svg` in schemas/programmes or "
            "site/images. Put the file there, or take the line out."
        ),
    ),
    (
        "schemas/programmes/first-year.toml",
        "[calendar]",
        '[[success]]\nobjective = 1\nmeasured_by = "end.happiness"\ntarget = 80\n[calendar]',
        "schemas/programmes/first-year.toml, success.4.measured_by: The survey `end` asks nothing called",
    ),
    (
        "schemas/programmes/first-year.toml",
        "[calendar]",
        '[[success]]\nobjective = 1\nmeasured_by = "end.satisfaction=5"\ntarget = 80\n[calendar]',
        "schemas/programmes/first-year.toml, success.4.measured_by: `satisfaction` is a scale: its two",
    ),
    (
        "schemas/programmes/first-year.toml",
        "[calendar]",
        '[[success]]\nobjective = 1\nmeasured_by = "end.mentor_next_time"\ntarget = 80\n[calendar]',
        "schemas/programmes/first-year.toml, success.4.measured_by: `mentor_next_time` has choices, and none",
    ),
    (
        "schemas/programmes/first-year.toml",
        'equality = "equality"',
        'equality = "end"',
        (
            "schemas/programmes/first-year.toml, questionnaires.equality: `end` asks for "
            "`what_got_in_the_way` in a way that can’t be counted. Nothing but counts is kept: make it"
        ),
    ),
    (
        "schemas/programmes/first-year.toml",
        'equality = "equality"',
        'equality = "end"',
        (
            "schemas/programmes/first-year.toml, questionnaires.equality: `end` does not say that "
            "`satisfaction` is for monitoring. Write `monitoring` into its column kith::use."
        ),
    ),
    (
        "schemas/programmes/first-year.toml",
        'mentee = "mentee"',
        'mentee = "end"',
        (
            "schemas/programmes/first-year.toml, questionnaires.mentee: `end` does not ask everybody for "
            "`name`. Add a required question `name` of the type text."
        ),
    ),
    (
        "schemas/policies/several-mentees.toml",
        'mentee = "topics_wanted"',
        'mentee = "topics"',
        (
            "schemas/policies/several-mentees.toml, criterion “topics”: The questionnaire `mentee` asks "
            "nothing called `topics`. Correct the name, or add the question."
        ),
    ),
    (
        "schemas/policies/several-mentees.toml",
        'name = "style"',
        'name = "manner"',
        (
            "schemas/policies/several-mentees.toml, matters_most: No criterion is called `style`, which "
            "mentees may say matters most. Name a criterion so, or take the choice out of `matters_most`."
        ),
    ),
    (
        "site/content/about.md",
        "(/about/#you)",
        "(/abuot/#you)",
        "site/content/about.md, line 6: No page has the address `/abuot/#you`. Did you mean `/about/`?",
    ),
    (
        "site/content/about.md",
        'lead = "A word."\n',
        "",
        'site/content/about.md, lead: It is missing or empty. Add a line like: lead = "…"',
    ),
    (
        "site/content/about.md",
        'lead = "A word."',
        "lead = A word.",
        "site/content/about.md, line 4: What the page says about itself is not TOML (Invalid value). Write",
    ),
    (
        "site/content/about.md",
        "+++",
        "",
        "site/content/about.md, line 1: The page says nothing about itself. Begin with a line +++",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), CASES)
def test_each_mistake_is_told_with_its_place_and_what_to_do(
    tree: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, said: str
) -> None:
    edit(tree / file, old, new)

    faults = told(tree, capsys)

    assert any(fault.startswith(said) for fault in faults), faults


def test_what_is_asked_for_monitoring_is_never_matched_by(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tree / "schemas/questionnaires/mentor.md"
    lines = [
        line.replace("| yes |", "| no |").replace("| matching |", "| monitoring |")
        if "| style |" in line
        else line
        for line in source.read_text(encoding="utf-8").split("\n")
    ]
    source.write_text("\n".join(lines), encoding="utf-8")

    faults = told(tree, capsys)

    assert any("criterion “style”: `style` is asked for monitoring" in fault for fault in faults), faults


def test_a_logo_that_would_load_something_is_told(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(
        tree / "schemas/programmes/first-year.toml",
        'accent = "#8a2b4f"',
        'accent = "#8a2b4f"\nlogo = "arms.svg"',
    )
    (tree / "schemas/programmes/arms.svg").write_text('<svg><image href="//a.example"/></svg>', "utf-8")

    assert told(tree, capsys) == [
        (
            "schemas/programmes/first-year.toml, theme.logo: arms.svg: The logo loads something from "
            "elsewhere (href). Draw it into the file, turn text into paths, or save it as a PNG."
        )
    ]


def test_a_link_that_keeps_the_language_is_followed_too(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(tree / "site/content/about.md", "(/about/#you)", "({{ at('/abuot/') }})")

    assert told(tree, capsys) == [
        "site/content/about.md, line 6: No page has the address `/abuot/`. Did you mean `/about/`?"
    ]


def test_places_on_a_ladder_are_answers_that_are_offered(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (tree / "schemas/policies/several-mentees.toml").open("a", encoding="utf-8") as policy:
        policy.write(
            '[[rule]]\nname = "ahead"\nkind = "ordered distance"\nmentee = "stage_of_study"\n'
            'mentor = "career_stage"\n'
            "at_least = 1\nmentee_places = { first-year = 1, fresher = 0 }\nmentor_places = { student = 2 }\n"
        )

    assert told(tree, capsys) == [
        (
            "schemas/policies/several-mentees.toml, rule “ahead”: `stage_of_study` offers no `fresher`. "
            "It offers: doctoral, first-year, masters, second-year, third-year, working."
        )
    ]


def test_two_sources_of_one_name_and_json_without_a_source_are_told(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tree / "schemas/questionnaires"
    (folder / "old.json").write_text("{}", encoding="utf-8")
    shutil.copy(folder / "end.md", folder / "end.csv")

    faults = told(tree, capsys)

    assert "schemas/questionnaires/end.md: There are two sources of this name. Keep one of them." in faults
    assert "schemas/questionnaires/old.json: It has no source. Remove it, or add old.md." in faults


def test_a_tree_without_a_programme_is_told_so(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "schemas/programmes/first-year.toml").unlink()

    assert told(tree, capsys) == [
        "schemas/programmes: There is no programme. Add a file like first-year.toml."
    ]


@pytest.mark.parametrize(
    "file", ["schemas/programmes/first-year.toml", "schemas/policies/several-mentees.toml"]
)
def test_a_file_in_another_encoding_is_told_so(
    tree: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    (tree / file).write_bytes('name = "É"'.encode("latin-1"))

    assert told(tree, capsys)[0] == (
        f"{file}: The text is not UTF-8. Save it again and choose the encoding UTF-8."
    )


def test_peers_answer_one_questionnaire_and_are_no_policy_for_a_programme(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    peers = tree / "schemas/policies/peers.toml"
    shutil.copy(ROOT / "schemas/policies/peers.toml", peers)
    edit(tree / "schemas/programmes/first-year.toml", 'policy = "several-mentees"', 'policy = "peers"')
    unfit = (
        "schemas/programmes/first-year.toml, policy: `peers` pairs people of one pool; a cohort introduces "
        "mentors to mentees. Name another; `./kith match --people` uses this one."
    )

    assert told(tree, capsys) == [unfit]

    edit(peers, 'both = "goals"', 'both = "topics_offered"')  # which the mentors’ questionnaire asks alone

    assert told(tree, capsys) == [
        unfit,
        (
            "schemas/policies/peers.toml, criterion “goals”: The questionnaire `mentee` asks nothing called "
            "`topics_offered`. Correct the name, or add the question."
        ),
    ]


def test_what_a_question_brings_to_be_compared_is_checked_like_the_policy(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tree / "schemas/questionnaires/mentee.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    header = next(number for number, line in enumerate(lines) if line.startswith("| | type | name"))
    for number in range(header, lines.index("| choices |") - 1):
        said = "overlap | pastimes |" if "| keeping_in_touch |" in lines[number] else " | |"
        lines[number] += " match::compares | match::with |" if number == header else said
    path.write_text("\n".join(lines), encoding="utf-8")

    place = "schemas/policies/several-mentees.toml, criterion “keeping in touch”"
    cause = "The questionnaire `mentor` asks nothing called `pastimes`."
    assert told(tree, capsys, "--write") == [f"{place}: {cause} Correct the name, or add the question."]
