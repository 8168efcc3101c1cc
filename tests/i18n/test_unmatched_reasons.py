"""Why somebody has no partner, said to themselves: each cause and rule, from their side."""

import re

import pytest

from functions.i18n.languages import translations
from functions.i18n.phrasebook import Phrasebook
from functions.i18n.unmatched_reasons import UnmatchedRenderer
from functions.matching import Cause, Role, RuleKind, Unmatched, WhyUnmatched, parse_policy
from tests.benchmarks.cohorts import EVERYTHING
from tests.i18n.invented import Invented

LANGUAGES = ("en", "ar", "he")
TEXT = re.sub(r"(?m)^because = .*\n", "", EVERYTHING)
POLICY = parse_policy(TEXT, file="everything.toml")
ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")
WHYS = {
    Cause.RULE: WhyUnmatched(cause=Cause.RULE, rule="language", count=2, total=5),
    Cause.TAKES_TOO_FEW: WhyUnmatched(cause=Cause.TAKES_TOO_FEW, count=2, smallest=4),
    Cause.TOO_FEW_LEFT: WhyUnmatched(cause=Cause.TOO_FEW_LEFT, smallest=4),
}


def said(language: str, role: Role, *whys: WhyUnmatched, to_themselves: bool = True) -> tuple[str, ...]:
    book = Phrasebook(
        language=language,
        policy=POLICY,
        translations=Invented() if language == "he" else translations(language),
    )
    says = UnmatchedRenderer(book, to_themselves=to_themselves)
    return says.reasons(Unmatched(id="ada", role=role, why=whys))


def refused(rule: str) -> WhyUnmatched:
    return WhyUnmatched(cause=Cause.RULE, rule=rule, count=3, total=3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_said_to_whom_it_concerns(cause: Cause, role: Role, language: str) -> None:
    [sentence] = said(language, role, WHYS.get(cause, WhyUnmatched(cause=cause, total=5)))

    assert sentence.endswith(".")
    assert "{" not in sentence
    assert "this mentor" not in sentence
    if language != "en":
        assert not re.search("[A-Za-z]", ISOLATED.sub("", sentence)), sentence


@pytest.mark.parametrize("rule", POLICY.rules, ids=lambda rule: rule.kind)
def test_a_rule_without_words_of_its_own_calls_nobody_by_their_role(rule: object) -> None:
    name = rule.name  # type: ignore[attr-defined]

    [to_mentee] = said("en", Role.MENTEE, refused(name))
    [to_mentor] = said("en", Role.MENTOR, refused(name))

    assert "the mentee" not in to_mentee
    assert "the mentor" not in to_mentor


@pytest.mark.parametrize(
    ("kind", "to_mentee", "to_mentor", "to_coordinator"),
    [
        (
            RuleKind.SUPERVISES,
            "the mentor supervises you",
            "you supervise the mentee",
            "the mentor supervises the mentee",
        ),
        (
            RuleKind.MUST_HAVE,
            "that you ask for",
            "you do not have the",
            "that the mentee asks for",
        ),
        (
            RuleKind.DISTANCE,
            "the mentor is not at the right distance",
            "you are not at the right distance",
            "the mentor is not at the right distance",
        ),
    ],
)
def test_what_a_rule_refuses_is_told_from_the_readers_side(
    kind: RuleKind, to_mentee: str, to_mentor: str, to_coordinator: str
) -> None:
    rule = next(each.name for each in POLICY.rules if each.kind is kind)

    assert to_mentee in said("en", Role.MENTEE, refused(rule))[0]
    assert to_mentor in said("en", Role.MENTOR, refused(rule))[0]
    for role in Role:
        assert to_coordinator in said("en", role, refused(rule), to_themselves=False)[0]


def test_a_mentor_of_a_group_reads_how_many_they_take() -> None:
    assert said("en", Role.MENTOR, WHYS[Cause.TAKES_TOO_FEW]) == ("A group has 4 or more, and you take 2.",)
    one = WhyUnmatched(cause=Cause.TAKES_TOO_FEW, count=1, smallest=4)
    assert said("en", Role.MENTOR, one) == ("A group has 4 or more, and you take one.",)


def test_what_the_policy_says_in_its_own_words_is_what_everybody_reads() -> None:
    book = Phrasebook(language="en", policy=POLICY, because={"language": "no language in common"})
    why = Unmatched(id="ada", role=Role.MENTEE, why=(refused("language"),))

    sentences = {UnmatchedRenderer(book, to_themselves=own).reasons(why)[0] for own in (True, False)}

    assert sentences == {"With each of the 3 mentors: no language in common."}


@pytest.mark.parametrize("language", LANGUAGES)
def test_whose_partner_left_first_reads_that_there_was_one(language: str) -> None:
    book = Phrasebook(
        language=language, translations=Invented() if language == "he" else translations(language)
    )

    sentences = {UnmatchedRenderer(book).partner_left(role) for role in Role}

    assert len(sentences) == 2
    if language == "en":
        assert sentences == {f"We had found a {role} for you, who has left since." for role in Role}
