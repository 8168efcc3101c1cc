"""The catalogues: whole, made from what people wrote, and shuffling nobody's name."""

import re
from io import BytesIO
from itertools import product
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from functions.matching.explain import Speech, reasons_for
from functions.matching.policy import parse
from schemas.languages import FOLDER, translations
from tests.matching.cohorts import a_policy, every_kind, mentee, mentor

ROOT = FOLDER.parent.parent
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.po"))
COUNTED = {"count", "total", "items", "hours"}  # a form for one or two may say the number in letters


def written(language: str) -> Catalog:
    return read_po(BytesIO((FOLDER / f"{language}.po").read_bytes()))


def in_the_code() -> set[str | tuple[str, ...]]:
    modules = (ROOT / "functions" / "matching").glob("*.py")
    found = (
        extract_from_file("python", str(path), {"gettext": None, "ngettext": (1, 2)}) for path in modules
    )
    return {message for each in found for _, message, _, _ in each}


def contents(catalogue: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {as_forms(message.id): as_forms(message.string) for message in catalogue if message.id}


def as_forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_arabic_is_there() -> None:
    assert "ar" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_in_the_code_is_translated_and_no_other(language: str) -> None:
    messages = {message.id for message in written(language) if message.id}

    assert messages == in_the_code()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_is_filled_and_has_the_places_of_the_sentence(language: str) -> None:
    catalogue = written(language)
    for message in catalogue:
        plural = isinstance(message.id, tuple)
        forms = as_forms(message.string)
        wanted = places(as_forms(message.id)[-1])

        assert len(forms) == (catalogue.num_plurals if plural else 1), message.id
        for number, form in enumerate(forms):
            spared = COUNTED if plural and number < 3 else set()
            assert form, message.id
            assert wanted - spared <= places(form) <= wanted, (message.id, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_binary_is_made_from_what_people_wrote(language: str) -> None:
    made = read_mo(BytesIO((FOLDER / f"{language}.mo").read_bytes()))

    assert contents(made) == contents(written(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_have_nothing_outside_their_items(language: str) -> None:
    """`Speech.listed` joins many items at once, by what stands between two."""
    say = translations(language).gettext

    assert re.fullmatch(r"\{items\}[^{}]+\{next\}", say("{items}, {next}"))
    assert re.fullmatch(r"\{items\}[^{}]+\{last\}", say("{items} and {last}"))


def test_a_tag_finds_its_language_and_an_unknown_one_is_english() -> None:
    assert translations("ar-MA").gettext("nothing in common") == "لا شيء مشترك"
    assert translations("xx").gettext("nothing in common") == "nothing in common"
    assert translations("../secret").gettext("nothing in common") == "nothing in common"


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "أمر واحد مشترك"),
        (2, "أمران مشتركان"),
        (3, "3 أمور مشتركة"),
        (11, "11 أمرًا مشتركًا"),
        (100, "100 أمر مشترك"),
        (103, "103 أمور مشتركة"),
    ],
)
def test_arabic_counts_as_arabic_does(count: int, said: str) -> None:
    message = translations("ar").ngettext("one thing in common", "{count} things in common", count)

    assert message.format(count=count) == said


def test_a_latin_answer_in_an_arabic_sentence_is_isolated_and_an_arabic_one_is_not() -> None:
    speech = Speech(policy=a_policy(), translations=translations("ar"))

    (latin,) = reasons_for(speech, mentee("a", field="law"), mentor("m", field="law"), [1])
    (arabic,) = reasons_for(speech, mentee("a", field="قانون"), mentor("m", field="قانون"), [1])

    assert latin.text == "\u2068Field\u2069: إجابتهما واحدة: \u2068law\u2069"
    assert arabic.text == "\u2068Field\u2069: إجابتهما واحدة: قانون"


def test_an_arabic_answer_in_an_english_sentence_is_isolated_too() -> None:
    speech, law = Speech(policy=a_policy()), "قانون"

    (reason,) = reasons_for(speech, mentee("a", field=law), mentor("m", field=law), [1])

    assert reason.text == f"Field: both said \u2068{law}\u2069"


ISOLATED = re.compile("\u2068[^\u2068\u2069]*\u2069")


@pytest.mark.parametrize(("many", "seed"), [*product((1, 2, 7), range(3))])
def test_no_letter_of_another_direction_stands_loose_in_an_arabic_sentence(many: int, seed: int) -> None:
    topics = tuple(f"topic-{number}" for number in range(many))
    ada = mentee("a", topics=topics, offers=topics, times=topics, stage="first", age=20 + seed, field="law")
    bob = mentor("m", topics=topics, offers=topics, times=topics, stage="third", age=27, field="law")
    speech = Speech(policy=every_kind(), translations=translations("ar"))

    reasons = reasons_for(speech, ada, bob, [0] * len(speech.policy.criteria))

    for reason in reasons:
        assert not re.search("[A-Za-z]", ISOLATED.sub("", reason.text)), reason.text


def test_a_policy_gives_its_labels_by_language() -> None:
    text = (
        'name = "x"\n[mentees]\nid = "email"\n[mentors]\nid = "email"\n[[criterion]]\nname = "field"\n'
        'label = { en = "Field", ar = "التخصص" }\nkind = "same"\nweight = 1\n'
        'mentee = "field"\nmentor = "field"\n'
    )

    labels = [parse(text, file="x", language=tag).criteria[0].label for tag in ("ar", "en", "xx", "")]

    assert labels == ["التخصص", "Field", "Field", "Field"]
