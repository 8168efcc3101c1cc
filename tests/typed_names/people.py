"""Rolls of made-up people, from the name lists that Faker keeps for each language."""

import random
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import count, islice

from faker import Faker

from tests.typed_names.characters import ARABIC_VARIANTS

SEED = 20_261_201
ROLL = 40
# Of so many names half a roll is taken from those with a sign that people write in different ways.
_DRAWN = 400
WRITTEN_DIFFERENTLY = frozenset(
    "'\u2019-ßёЁйіїøłđþðæœİışğçåñ\u0623\u0625\u0622\u0629\u0624\u0626\u0643\u06a9\u093c\u0901\u200d"
)


class Script(StrEnum):
    """The script in which a language writes its names."""

    LATIN = "Latin"
    CYRILLIC = "Cyrillic"
    GREEK = "Greek"
    ARABIC = "Arabic"
    DEVANAGARI = "Devanagari"
    HAN = "Han"
    HANGUL = "Hangul"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A list of names in Faker, and how the language puts names together."""

    code: str
    script: Script
    family_first: bool = False
    joined: bool = False
    middle: bool = False
    two_families: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One person as a roll names them."""

    key: str
    language: Language
    given: str
    middle: str = ""
    family: str
    email: str = ""
    number: str = ""

    @property
    def name(self) -> str:
        """Return the name in the order of its language."""
        parts = (
            (self.family, self.middle, self.given)
            if self.language.family_first
            else (self.given, self.middle, self.family)
        )
        return ("" if self.language.joined else " ").join(filter(None, parts))


LANGUAGES = (
    Language(code="en_GB", script=Script.LATIN, middle=True),
    Language(code="en_IE", script=Script.LATIN),
    Language(code="ga_IE", script=Script.LATIN),
    Language(code="de_DE", script=Script.LATIN),
    Language(code="fr_FR", script=Script.LATIN),
    Language(code="pl_PL", script=Script.LATIN),
    Language(code="tr_TR", script=Script.LATIN),
    Language(code="az_AZ", script=Script.LATIN),
    Language(code="vi_VN", script=Script.LATIN, family_first=True, middle=True),
    Language(code="es_ES", script=Script.LATIN, two_families=True),
    Language(code="pt_PT", script=Script.LATIN, two_families=True),
    Language(code="cs_CZ", script=Script.LATIN),
    Language(code="is_IS", script=Script.LATIN, middle=True),
    Language(code="hu_HU", script=Script.LATIN, family_first=True),
    Language(code="sv_SE", script=Script.LATIN),
    Language(code="nl_NL", script=Script.LATIN),
    Language(code="lv_LV", script=Script.LATIN),
    Language(code="ro_RO", script=Script.LATIN),
    Language(code="ru_RU", script=Script.CYRILLIC, middle=True),
    Language(code="uk_UA", script=Script.CYRILLIC, middle=True),
    Language(code="bg_BG", script=Script.CYRILLIC),
    Language(code="el_GR", script=Script.GREEK),
    Language(code="ar_AA", script=Script.ARABIC),
    Language(code="fa_IR", script=Script.ARABIC),
    Language(code="hi_IN", script=Script.DEVANAGARI),
    Language(code="ne_NP", script=Script.DEVANAGARI),
    Language(code="mr_IN", script=Script.DEVANAGARI),
    Language(code="zh_CN", script=Script.HAN, family_first=True, joined=True),
    Language(code="zh_TW", script=Script.HAN, family_first=True, joined=True),
    Language(code="ja_JP", script=Script.HAN, family_first=True, joined=True),
    Language(code="ko_KR", script=Script.HANGUL, family_first=True, joined=True),
)


@lru_cache(maxsize=100_000)
def skeleton(text: str) -> str:
    """Return the letters and digits alone, so that only real differences are left; the order of words is not.

    Two people with one skeleton can't be told apart by their name: the examination puts no two on one roll.
    """
    text = unicodedata.normalize("NFKC", text).replace("\u0130", "i").replace("\u0131", "i").casefold()
    text = text.translate(ARABIC_VARIANTS)
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in text)
    words = ("".join(sign for sign in word if not _is_unwritten(sign)) for word in kept.split())
    return " ".join(sorted(filter(None, words)))


def _is_unwritten(sign: str) -> bool:
    """Tell whether it is a mark that many leave out: the vowel signs of Arabic, and what shows nothing."""
    return sign == "\u0640" or "\u064b" <= sign <= "\u065f" or sign == "\u0670"


@lru_cache
def rolls() -> tuple[tuple[Named, ...], ...]:
    """Return one roll a language, nobody with the skeleton of another."""
    return tuple(roll_of(language) for language in LANGUAGES)


def roll_of(language: Language, size: int = ROLL, seed: int = SEED) -> tuple[Named, ...]:
    """Return made-up people of one language, the same at each call."""
    people: dict[str, Named] = {}
    for place, (given, middle, family) in enumerate(_chosen(language, size, seed)):
        person = Named(
            key=f"{language.code}-{place}", language=language, given=given, middle=middle, family=family
        )
        people.setdefault(skeleton(person.name), _reachable(person, len(people)))
    return tuple(people.values())[:size]


def _chosen(language: Language, size: int, seed: int) -> Iterator[tuple[str, str, str]]:
    """Draw names, first one for each sign that people write in different ways, then the others."""
    drawn = list(islice(_names(language, random.Random(f"{seed} {language.code}")), _DRAWN))
    left = Counter(dict.fromkeys(WRITTEN_DIFFERENTLY, size // 10))
    for name in drawn:
        signs = WRITTEN_DIFFERENTLY.intersection("".join(name))
        if any(left[sign] > 0 for sign in signs):
            left.subtract(signs)
            yield name
    yield from drawn


def _names(language: Language, chance: random.Random) -> Iterator[tuple[str, str, str]]:
    fake = Faker(language.code)
    fake.seed_instance(chance.getrandbits(32))
    for turn in count():
        woman = turn % 2 == 0
        given, family = first_and_last(fake, woman=woman)
        middle = _middle(fake, language, woman=woman) if language.middle and turn % 3 == 0 else ""
        if language.two_families:
            family = f"{family} {first_and_last(fake, woman=woman)[1]}"
        elif language.script is Script.LATIN and turn % 5 == 0 and " " not in family:
            family = f"{family}-{first_and_last(fake, woman=woman)[1]}"
        yield given, middle, family


def first_and_last(fake: Faker, *, woman: bool) -> tuple[str, str]:
    """Return a first and a last name as the list has them, without a remark in parentheses."""
    given = fake.first_name_female() if woman else fake.first_name_male()
    family = fake.last_name_female() if woman else fake.last_name_male()
    return tuple(name.partition("(")[0].strip() for name in (given, family))  # type: ignore[return-value]


def _middle(fake: Faker, language: Language, *, woman: bool) -> str:
    if language.script is Script.CYRILLIC:
        return str(fake.middle_name_female() if woman else fake.middle_name_male())
    if language.code == "en_GB":
        return first_and_last(fake, woman=woman)[0]
    return str(fake.middle_name())


def _reachable(person: Named, place: int) -> Named:
    """Give the person an address, of their name where it is Latin, and a number as a university would."""
    number = str(10_417 + 31 * place)
    plain = [_ascii(part) for part in (person.given, person.family)]
    mailbox = ".".join(plain) if all(plain) else f"k{number}"
    return replace(person, email=f"{mailbox}{place}@people.university.example", number=number)


def _ascii(text: str) -> str:
    apart = unicodedata.normalize("NFD", text).casefold()
    return "".join(sign for sign in apart if sign.isascii() and sign.isalnum())
