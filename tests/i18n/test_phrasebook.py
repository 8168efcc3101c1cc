"""The words of reasons: what answers, criteria and rules are called, and how a sentence lists them."""

import pytest

from functions.i18n.languages import translations
from functions.i18n.phrasebook import Inside, Phrasebook, policy_read
from functions.matching import Facts, Role, RuleKind, SharedTime, parse_policy
from functions.programme.questionnaire import Choice, Kind
from tests.questions import question, questionnaire

POLICY = """
name = "x"
[mentees]
id = "email"
[mentors]
id = "email"
[[criterion]]
name = "labelled"
label = { en = "Topics", ar = "الموضوعات" }
kind = "overlap"
mentee = "wanted"
mentor = "offered"
weight = 1
[[criterion]]
name = "plain-name"
kind = "same"
mentee = "field"
mentor = "subject"
weight = 1
[[criterion]]
name = "only_english"
label = "Only English"
kind = "same"
mentee = "other"
mentor = "other"
weight = 1
[[criterion]]
name = "hours"
kind = "times in common"
mentee = "free"
mentor = "free"
mentee_zone = "zone"
mentor_zone = "zone"
week = 2027-01-11
weight = 1
[[rule]]
name = "language-rule"
label = { en = "Language", ar = "اللغة" }
kind = "too few in common"
mentee = "languages"
mentor = "languages"
because = { en = "no language in common", ar = "لا لغة مشتركة" }
[[rule]]
name = "same_town"
kind = "same"
mentee = "home_town"
mentor = "home_town"
[[rule]]
name = "plain-because"
kind = "different"
mentee = "campus"
mentor = "campus"
because = "in two places"
"""


def labelled(**names: str) -> tuple[Choice, ...]:
    return tuple(Choice(name=name, labels={"en": label}) for name, label in names.items())


MENTEES = questionnaire(
    question("wanted", Kind.MANY, choices=labelled(stats="Statistics", essays="Essays for mentees")),
    question("field", Kind.TEXT, labels={"en": "What do you study?"}),
    question("zone", Kind.ONE, choices=(Choice(name="Asia/Kolkata", labels={"en": "India"}),)),
)
MENTORS = questionnaire(
    question("wanted", Kind.MANY, choices=labelled(essays="Essays for mentors", maths="Maths")),
    question("subject", Kind.TEXT, labels={"en": "What do you teach?"}),
    question("zone", Kind.ONE, choices=(Choice(name="Europe/London", labels={"en": "Europe/London"}),)),
)


def book(language: str = "en", own: object = None) -> Phrasebook:
    return Phrasebook.of(
        policy_read(POLICY, language),
        language,
        questionnaires=(MENTEES, MENTORS),
        own=own,  # type: ignore[arg-type]
    )


def items(count: int, language: str = "en") -> str:
    names = [Inside(f"i{number}") for number in range(count)]
    return Phrasebook(language=language, translations=translations(language)).listed(names)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, ""),
        (1, "i0"),
        (2, "i0 and i1"),
        (3, "i0, i1 and i2"),
        (5, "i0, i1, i2, i3 and i4"),
        (6, "i0, i1, i2, i3, i4 and one more"),
        (8, "i0, i1, i2, i3, i4 and 3 more"),
    ],
)
def test_a_list_reads_as_a_sentence_does_and_ends_in_a_number_where_it_is_long(count: int, said: str) -> None:
    assert items(count) == said


@pytest.mark.parametrize("compound", ["a and b", "a, b", "a; b", "a، b", "a؛ b", "a وb"])
def test_items_that_are_lists_themselves_are_told_apart(compound: str) -> None:
    assert Phrasebook(language="en").listed([Inside(compound), Inside("c")]) == f"{compound}; c"


def test_a_criterion_is_called_by_its_label_else_by_the_readers_own_question() -> None:
    assert book().label("labelled") == "Topics"
    assert book("ar").label("labelled") == "الموضوعات"
    assert book(own=MENTEES).label("plain-name") == "What do you study?"
    assert book(own=MENTORS).label("plain-name") == "What do you teach?"
    assert book().label("plain-name") == "plain name"
    assert book().label("nobody-knows-it") == "nobody knows it"


def test_a_label_without_a_language_is_in_the_one_that_the_questionnaires_were_written_in() -> None:
    others = question("other", Kind.TEXT, labels={"cy": "Arall"})
    own = questionnaire(others)

    assert book().label("only_english") == "Only English"
    assert book("cy", own=own).label("only_english") == "Arall"
    without = Phrasebook.of(policy_read(POLICY, "cy"), "cy", own=own)
    assert without.label("only_english") == "Only English"


def test_an_answer_is_said_in_the_readers_own_words_first_else_in_the_first_ones() -> None:
    said = {
        name: [str(each) for each in book(own=own).answers("labelled", ("essays", "maths", "stats"))]
        for name, own in (("nobody", None), ("mentors", MENTORS))
    }

    assert said == {
        "nobody": ["essays for mentees", "maths", "statistics"],
        "mentors": ["essays for mentors", "maths", "statistics"],
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("study-skills", "study skills"),
        ("two_words", "two words"),
        ("Not-A-Name", "Not-A-Name"),
        ("  much \n space\u200b ", "much space"),
        ("تجريبي", "\u2068تجريبي\u2069"),
    ],
)
def test_an_answer_that_no_questionnaire_knows_reads_as_well_as_it_can(answer: str, said: str) -> None:
    assert book().answers("labelled", (answer,)) == [said]
    assert book().answers("no such criterion", (answer,)) == [said]


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Monday morning", "Monday morning"),
        ("Python", "Python"),
        ("A thesis", "a thesis"),
        ("Writing: essays", "writing: essays"),
        ("NHS", "NHS"),
        ("Mcdonald's", "Mcdonald's"),
    ],
)
def test_inside_a_sentence_english_begins_small_but_for_names(label: str, said: str) -> None:
    asked = questionnaire(question("wanted", Kind.MANY, choices=labelled(one=label)))
    words = Phrasebook.of(policy_read(POLICY, "en"), "en", questionnaires=(asked,))
    foreign = Phrasebook.of(policy_read(POLICY, "de"), "de", questionnaires=(asked,))

    assert words.answers("labelled", ("one",)) == [said]
    assert foreign.answers("labelled", ("one",)) == [label]


def test_a_rule_is_called_and_said_as_the_policy_has_it() -> None:
    assert (book().rule("language-rule"), book("ar").rule("language-rule")) == ("Language", "اللغة")
    assert book().rule("same_town") == "same town"
    assert book().rule("no-such-rule") == "no such rule"
    assert book().reason_of("language-rule") == "no language in common"
    assert book("ar").reason_of("language-rule") == "لا لغة مشتركة"
    assert book().reason_of("plain-because") == "in two places"
    assert book().reason_of("same_town") == "both have the same home town"
    assert book().reason_of("no-such-rule") == "no such rule"


def test_what_a_policy_does_not_say_in_a_language_is_said_in_our_words() -> None:
    said = book("ar").reason_of("plain-because")

    assert "in two places" not in said
    assert "اختلاف" in said


def test_every_kind_of_rule_is_said_in_our_words_to_everybody() -> None:
    names = {"mentee": "A", "mentor": "B"}
    words = book()

    for side in (None, *Role):
        ours = {**words._own_reasons(), **words._own_reasons_to(side)}  # noqa: SLF001
        assert set(ours) == set(RuleKind)
        said = [text.format_map(names) for text in ours.values()]
        assert len(set(said)) == len(said)


def test_a_zone_is_called_as_the_questionnaire_has_it_else_by_its_city() -> None:
    facts = Facts(half_hours=2, zones=("Asia/Kolkata", "Europe/London"))
    time = SharedTime(mentee=29, mentor=18, half_hours=2)

    assert book().shared_time("hours", facts, time, Role.MENTEE) == (
        "Monday 14:30 to 15:30 in India (9:00 to 10:00 in London)"
    )
    assert book().shared_time("hours", facts, time, Role.MENTOR) == (
        "Monday 9:00 to 10:00 in London (14:30 to 15:30 in India)"
    )


def test_a_policy_that_can_not_be_read_has_no_words() -> None:
    assert policy_read("nonsense", "en") is None
    words = Phrasebook.of(None, "en")
    assert (words.label("a-b"), words.rule("a-b"), words.peers) == ("a b", "a b", False)


def test_peers_are_told_apart_from_sides() -> None:
    assert not book().peers
    assert parse_policy(POLICY, file="x.toml") == policy_read(POLICY, "")
