"""The catalogues: whole, made from what people wrote, and shuffling nobody's name."""

import re
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from functions.i18n.languages import FOLDER, translations
from functions.matching.policy.parse import parse_policy

ROOT = FOLDER.parents[2]
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.po"))
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}
NOT_OURS = {"node_modules", "build", ".venv"}
COUNTED = {
    "count",
    "total",
    "items",
    "hours",
    "num",
    "number",
    "fewer",
    "groups",
}  # one and two may be said in letters
PERCENT = re.compile(r"%\((\w+)\)s")
TAG = re.compile(r"</?\w+")


def written(language: str) -> Catalog:
    return read_po(BytesIO((FOLDER / f"{language}.po").read_bytes()))


@cache
def in_the_sources() -> frozenset[str | tuple[str, ...]]:
    with (FOLDER / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        KEYWORDS,
        directory_filter=lambda path: not set(Path(path).parts) & NOT_OURS,
    )
    return frozenset(message for _, _, message, _, _ in found)


def as_forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)


def messages_of(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def said(message: Message) -> bool:
    return all(as_forms(message.string))


def places(text: str) -> set[str]:
    """Return what is filled in: `{name}` or `%(name)s`, by its name."""
    percent = set(PERCENT.findall(text))
    return percent or {name for _, name, _, _ in Formatter().parse(text) if name}


def test_arabic_is_there() -> None:
    assert "ar" in LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_lists_every_sentence_of_the_sources_and_no_other(language: str) -> None:
    listed = {message.id for message in messages_of(written(language))}

    assert sorted(map(str, in_the_sources() - listed)) == []
    assert sorted(map(str, listed - in_the_sources())) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    missing = [as_forms(message.id)[0] for message in messages_of(written(language)) if not said(message)]

    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_forms_the_places_and_the_tags_of_its_sentence(language: str) -> None:
    catalogue = written(language)
    for message in filter(said, messages_of(catalogue)):
        plural = isinstance(message.id, tuple)
        forms = as_forms(message.string)
        original = as_forms(message.id)[-1]
        wanted = places(original)

        assert len(forms) == (catalogue.num_plurals if plural else 1), message.id
        for number, form in enumerate(forms):
            spared = COUNTED if plural and number < 3 else set()
            assert wanted - spared <= places(form) <= wanted, (message.id, form)
            assert sorted(TAG.findall(form)) == sorted(TAG.findall(original)), (message.id, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_binary_is_made_from_what_people_wrote(language: str) -> None:
    made = pairs_of(messages_of(read_mo(binary(language))))
    listed = messages_of(written(language))
    ours = pairs_of(filter(said, listed))

    assert {sentence: made.get(sentence) for sentence in ours} == ours
    assert made.keys() <= pairs_of(listed).keys()


def pairs_of(messages: Iterable[Message]) -> dict[tuple[str, ...], tuple[str, ...]]:
    return {as_forms(message.id): as_forms(message.string) for message in messages}


def binary(language: str) -> BytesIO:
    return BytesIO((FOLDER / f"{language}.mo").read_bytes())


def test_a_tag_finds_its_language_and_an_unknown_one_is_english() -> None:
    assert translations("ar-MA").gettext("No place was left.") == "لم يبق مكان شاغر."
    assert translations("xx").gettext("No place was left.") == "No place was left."
    assert translations("../secret").gettext("No place was left.") == "No place was left."


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "بينهما أمر واحد مشترك في «س»."),
        (2, "بينهما أمران مشتركان في «س»."),
        (3, "بينهما 3 أمور مشتركة في «س»."),
        (11, "بينهما 11 أمرًا مشتركًا في «س»."),
        (100, "بينهما 100 أمر مشترك في «س»."),
        (103, "بينهما 103 أمور مشتركة في «س»."),
    ],
)
def test_arabic_counts_as_arabic_does(count: int, said: str) -> None:
    one, several = (
        "They have one thing in common in “{criterion}”.",
        "They have {count} things in common in “{criterion}”.",
    )

    assert translations("ar").ngettext(one, several, count).format(count=count, criterion="س") == said


def test_a_policy_gives_its_labels_by_language() -> None:
    text = (
        'name = "x"\n[mentees]\nid = "email"\n[mentors]\nid = "email"\n[[criterion]]\nname = "field"\n'
        'label = { en = "Field", ar = "التخصص" }\nkind = "same"\nweight = 1\n'
        'mentee = "field"\nmentor = "field"\n'
    )

    labels = [parse_policy(text, file="x", language=tag).criteria[0].label for tag in ("ar", "en", "xx", "")]

    assert labels == ["التخصص", "Field", "Field", "Field"]
