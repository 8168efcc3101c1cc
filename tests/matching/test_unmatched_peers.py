"""Whom a pool leaves over: why, what would help, and nothing of who avoids them."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.matching.engine import match
from functions.matching.people import Person
from functions.matching.policy.model import Policy
from functions.matching.policy.parse import parse_policy
from functions.matching.reasons import CannotMatch
from functions.matching.reports import unmatched_peers
from functions.matching.solving import peer_matching
from tests.matching.cohorts import mentee
from tests.matching.saying import Told, left_over, refused, told

AVOID = '[[rule]]\nname = "avoid"\nkind = "avoided"\nboth = "avoid"\n'
LANGUAGE = (
    '[[rule]]\nname = "language"\nkind = "too few in common"\nboth = "languages"\nat_least = 1\n'
    'because = "they have no language in common"\n'
)
TIME = '[[rule]]\nname = "time"\nkind = "too few in common"\nboth = "times"\nat_least = 1\n'
OFFERS = '[[rule]]\nname = "offers"\nkind = "must have"\nmentee = "needs"\nmentor = "offers"\n'
SUPERVISOR = '[[rule]]\nname = "supervisor"\nkind = "supervises"\nboth = "supervisor"\n'
ODD = "The pool has an odd number of people, so somebody has to wait; lots decide between equals."
TAKEN = "Everybody else whom the rules allow has found a partner."
NO_LANGUAGE = "With each of the {} others: they have no language in common."


def a_pool_policy(rules: str) -> Policy:
    text = (
        'name = "pool"\npairing = "peers"\n[people]\nid = "email"\nidentity = ["email"]\n'
        '[[criterion]]\nname = "town"\nkind = "same"\nboth = "town"\nweight = 1\n'
    )
    return parse_policy(text + rules, file="pool.toml")


def alone(people: list[Person], rules: str, **terms: object) -> dict[str, Told]:
    policy = a_pool_policy(rules)
    return left_over(match([], people, policy, **terms), policy)  # type: ignore[arg-type]


def test_in_an_odd_pool_somebody_waits_and_reads_that_lots_decide() -> None:
    said = alone([mentee(name) for name in ("ada", "bo", "cy")], LANGUAGE)

    (waiting,) = said.values()
    assert waiting.reasons == (TAKEN, ODD)
    assert waiting.smallest_change == "One more person whom the rules allow."


def test_who_is_ruled_out_by_name_reads_the_rule_and_who_is_not_reads_that_others_are_taken() -> None:
    pool = [mentee(name, languages="de") for name in ("ada", "bo")]
    said = alone([*pool, mentee("cy", languages="de, pl"), mentee("pia", languages="ar")], LANGUAGE)

    (cy,) = (person for name, person in said.items() if name != "pia")
    assert cy.reasons == ("With 1 of 3 others: they have no language in common.", TAKEN)
    assert said["pia"].reasons == (NO_LANGUAGE.format(3),)


def test_one_exception_is_named_when_it_would_give_somebody_a_partner() -> None:
    pool = [mentee("ada", languages="de"), mentee("bo", languages="de")]
    said = alone([*pool, mentee("cy", languages="fr"), mentee("pia", languages="ar")], LANGUAGE)

    change = "One exception from the rule “language”, with somebody who is free."
    assert said["cy"].smallest_change == said["pia"].smallest_change == change


def test_nobody_is_offered_an_exception_that_would_take_anothers_partner() -> None:
    said = alone(
        [mentee("ada", languages="de"), mentee("bo", languages="de"), mentee("cy", languages="fr")], LANGUAGE
    )

    assert said["cy"].reasons == (NO_LANGUAGE.format(2),)
    assert said["cy"].smallest_change == (
        "One more person whom the rules allow. With those there are, no single exception is enough."
    )


def test_an_exception_may_need_a_pair_to_change_and_a_locked_one_stays() -> None:
    """Bo and Cy are paired. Ada could take Bo, and then Cy, who alone has Pia’s time, is free for her."""
    pool = [
        mentee("ada", languages="de", times="mon"),
        mentee("bo", languages="de, fr", times="mon"),
        mentee("cy", languages="fr", times="mon, tue"),
        mentee("pia", languages="ar", times="tue"),
    ]
    policy = a_pool_policy(LANGUAGE + TIME)
    prepared = peer_matching.prepare_peers(pool, policy)
    scores = peer_matching.peer_scores(prepared)

    def change(*locked: tuple[int, int]) -> str:
        paired = unmatched_peers.Paired.of(scores, [(1, 2)], locked=locked)
        _, pia = unmatched_peers.unmatched_in(prepared, paired)
        return told(pia, policy).smallest_change

    assert change() == "One exception from the rule “language”, with somebody who is free."
    assert change((2, 1)).endswith("no single exception is enough.")


def test_a_rule_counts_whichever_of_the_two_it_is_about() -> None:
    pool = [mentee("ada", needs="wifi"), mentee("bo", offers="tea"), mentee("cy", offers="tea")]
    said = alone(pool, OFFERS)

    assert said["ada"].reasons[0].startswith("With each of the 2 others: ")


def test_no_reason_speaks_of_a_mentor_or_a_mentee() -> None:
    pool = [
        mentee("ada", supervisor="bo; cy; dee", needs="wifi"),
        mentee("bo", offers="tea"),
        mentee("cy", offers="tea"),
        mentee("dee", offers="tea"),
    ]
    said = alone(pool, SUPERVISOR + OFFERS)

    texts = [text for person in said.values() for text in (*person.reasons, person.smallest_change)]
    assert texts
    assert not [text for text in texts if "mentor" in text or "mentee" in text]


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_who_avoids_whom_can_not_be_told_from_a_partner_that_somebody_else_got(data: st.DataObject) -> None:
    """Whoever is left over reads the same, whether others avoid them or not, in the same public pool."""
    languages = data.draw(st.lists(st.sampled_from(["de", "fr", "de, fr"]), min_size=3, max_size=7))
    plain = [mentee(f"p{place}", languages=said) for place, said in enumerate(languages)]
    couples = list(combinations(range(len(plain)), 2))
    avoided = data.draw(st.sets(st.sampled_from(couples)))
    shy = [
        mentee(
            person.id,
            languages=person.answers["languages"],
            avoid="; ".join(f"p{other}" for one, other in avoided if one == place),
        )
        for place, person in enumerate(plain)
    ]
    try:
        open_pool, shy_pool = alone(plain, AVOID + LANGUAGE), alone(shy, AVOID + LANGUAGE)
    except CannotMatch:
        return
    for name in open_pool.keys() & shy_pool.keys():
        assert open_pool[name].reasons == shy_pool[name].reasons


def test_a_forbidden_pair_reads_like_a_partner_that_somebody_else_got() -> None:
    pool = [mentee(name, languages="de") for name in ("ada", "bo", "cy", "dee")]
    said = alone(pool, LANGUAGE, forbidden=[("ada", "bo"), ("ada", "cy"), ("dee", "ada")])

    assert said["ada"].reasons == (TAKEN,)
    assert said["ada"].smallest_change == "One more person whom the rules allow."


def test_it_is_said_in_the_cohorts_language() -> None:
    people = [mentee(name) for name in ("ada", "bo", "cy")]
    policy = a_pool_policy(LANGUAGE)

    (waiting,) = left_over(match([], people, policy), policy, "ar").values()
    assert waiting.reasons[0] != TAKEN
    assert len(waiting.reasons) == 2


def test_a_pool_without_any_pair_is_told_which_rule_refuses_how_many() -> None:
    people = [mentee("ada", languages="de"), mentee("bo", languages="fr"), mentee("cy", languages="ar")]

    with refused("“language” refuses 3 of 3 pairings"):
        match([], people, a_pool_policy(LANGUAGE))
