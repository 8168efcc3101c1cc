"""Changes after which it is the same person: no letter of the name is another one."""

import random
import unicodedata
from collections.abc import Iterable, Mapping

from tests.typed_names import characters as c
from tests.typed_names.change import Change, Right, Write
from tests.typed_names.people import Named, Script
from tests.typed_names.titles import BEFORE, BEHIND

Chance = random.Random


def _replaced_once(text: str, old: str, new: str) -> str | None:
    return text.replace(old, new) if old in text else None


def _of_each(signs: str, others: str) -> Write:
    """Write any of the signs in the name as any other one of them."""

    def write(person: Named, chance: Chance) -> str | None:
        there = [sign for sign in person.name if sign in signs]
        if not there:
            return None
        old = chance.choice(there)
        new = chance.choice([sign for sign in others if sign != old])
        return person.name.replace(old, new)

    return write


def _between_words(spaces: Iterable[str]) -> Write:
    choices = list(spaces)
    return lambda person, chance: _replaced_once(person.name, " ", chance.choice(choices))


def _outside(person: Named, chance: Chance) -> str:
    before = chance.choice(["", *c.WHITE_SPACE])
    behind: str = chance.choice(c.WHITE_SPACE)
    return f"{before}{person.name}{behind}"


def _parted(person: Named, chance: Chance) -> str | None:
    """Put white space between the two parts of a name that is written without."""
    if not person.language.joined:
        return None
    space = chance.choice(" \u3000\u00a0")
    return f"{person.family}{space}{person.given}"


def _turkish_capitals(person: Named, _chance: Chance) -> str | None:
    if person.language.code not in {"tr_TR", "az_AZ"}:
        return None
    return person.name.replace("i", "\u0130").replace("\u0131", "I").upper()


def _turkish_small(person: Named, _chance: Chance) -> str | None:
    if person.language.code not in {"tr_TR", "az_AZ"}:
        return None
    return person.name.replace("\u0130", "i").replace("I", "\u0131").lower()


def _capital_sharp_s(person: Named, _chance: Chance) -> str | None:
    return person.name.replace("ß", "\u1e9e").upper() if "ß" in person.name else None


def _with_sigmas_of_one_form(person: Named, _chance: Chance) -> str | None:
    return _replaced_once(person.name, "ς", "σ")


def _invisible_within(person: Named, chance: Chance) -> str:
    place = chance.randrange(1, len(person.name))
    return person.name[:place] + chance.choice(c.INVISIBLE) + person.name[place:]


def _invisible_at_the_ends(person: Named, chance: Chance) -> str:
    return chance.choice(c.INVISIBLE) + person.name + chance.choice(c.INVISIBLE)


def _in_marks_of_direction(person: Named, chance: Chance) -> str:
    begin, end = chance.choice(c.AROUND)
    return begin + person.name + end


def _with_variation_selector(person: Named, chance: Chance) -> str | None:
    """Choose a form of one character, as a Japanese or Chinese input method does."""
    if person.language.script is not Script.HAN:
        return None
    place = chance.randrange(1, len(person.name) + 1)
    return person.name[:place] + chr(0xE0100 + chance.randrange(4)) + person.name[place:]


def _stretched(person: Named, chance: Chance) -> str | None:
    """Stretch an Arabic word by a tatweel between two letters that join."""
    places = [
        place
        for place in range(1, len(person.name))
        if person.language.script is Script.ARABIC and person.name[place - 1 : place + 1].isalpha()
    ]
    if not places:
        return None
    place = chance.choice(places)
    return person.name[:place] + c.TATWEEL * chance.randint(1, 4) + person.name[place:]


def _with_vowel_signs(person: Named, chance: Chance) -> str | None:
    if person.language.script is not Script.ARABIC:
        return None
    place = chance.randrange(1, len(person.name))
    return person.name[:place] + chance.choice(c.HARAKAT) + person.name[place:]


def _without_vowel_signs(person: Named, _chance: Chance) -> str:
    return "".join(sign for sign in person.name if sign not in c.HARAKAT)


def _without_hamza(person: Named, _chance: Chance) -> str:
    return person.name.translate(dict.fromkeys(map(ord, c.ALEFS), c.ALEFS[0]))


def _last_teh_marbuta(person: Named, _chance: Chance) -> str | None:
    words = [
        f"{word[:-1]}{c.HEH}" if word.endswith(c.TEH_MARBUTA) else word for word in person.name.split(" ")
    ]
    return " ".join(words)


def _last_yeh_without_dots(person: Named, _chance: Chance) -> str | None:
    if person.language.script is not Script.ARABIC:
        return None
    return " ".join(
        word[:-1] + "\u0649" if word[-1] in "\u064a\u06cc" else word for word in person.name.split(" ")
    )


def _in_presentation_forms(person: Named, _chance: Chance) -> str | None:
    """Write Arabic letters as old programs do, in a code point for each shape."""
    forms = _presentation_forms()
    return person.name.translate(forms) if person.language.script is Script.ARABIC else None


def _presentation_forms() -> Mapping[int, str]:
    shapes: dict[int, str] = {}
    for point in range(0xFE80, 0xFEFD):
        letter = unicodedata.normalize("NFKC", chr(point))
        if len(letter) == 1:
            shapes.setdefault(ord(letter), chr(point))
    return shapes


def _full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text).replace(
        " ", "\u3000"
    )


def _full_width_name(person: Named, _chance: Chance) -> str | None:
    return _full_width(person.name) if person.language.script is Script.LATIN else None


def _with_ligature(person: Named, _chance: Chance) -> str | None:
    for letters, ligature in (
        ("ffi", "\ufb03"),
        ("fi", "\ufb01"),
        ("fl", "\ufb02"),
        ("ff", "\ufb00"),
        ("st", "\ufb06"),
    ):
        if letters in person.name:
            return person.name.replace(letters, ligature)
    return None


def _in_form(form: str) -> Write:
    return lambda person, _chance: unicodedata.normalize(form, person.name)  # type: ignore[arg-type]


def _with_title(person: Named, chance: Chance) -> str | None:
    titles = BEFORE.get(person.language.code, ())
    return chance.choice(titles) + person.name if titles else None


def _with_degree(person: Named, chance: Chance) -> str | None:
    degrees = BEHIND.get(person.language.code, ())
    return person.name + chance.choice(degrees) if degrees else None


def _with_title_and_last_first(person: Named, chance: Chance) -> str | None:
    titles = BEFORE.get(person.language.code, ())
    if not titles or person.language.family_first or not person.family:
        return None
    return f"{person.family}, {chance.choice(titles)}{person.given} {person.middle}".rstrip()


def _last_comma_first(person: Named, _chance: Chance) -> str | None:
    if person.language.joined:
        return None
    given = f"{person.given} {person.middle}".strip()
    comma = "، " if person.language.script is Script.ARABIC else ", "
    return f"{person.family}{comma}{given}"


def _last_capitals_first(person: Named, _chance: Chance) -> str | None:
    if person.language.joined or person.language.code in {"tr_TR", "az_AZ"}:
        return None
    return f"{person.family.upper()} {person.given} {person.middle}".rstrip()


def _other_order(person: Named, _chance: Chance) -> str | None:
    """Write the last name first where it stands last, and last where it stands first."""
    if person.language.joined:
        return None
    given = f"{person.given} {person.middle}".strip()
    return f"{given} {person.family}" if person.language.family_first else f"{person.family} {given}"


def _prefix_behind(person: Named, _chance: Chance) -> str | None:
    """Write `Sloot, Evi van der`, as lists in Dutch and German are sorted."""
    words = person.family.split(" ")
    small = [word for word in words if word.islower()]
    if not small or words[: len(small)] != small or len(small) == len(words):
        return None
    return f"{' '.join(words[len(small) :])}, {person.given} {' '.join(small)}"


def _in_quotes(person: Named, chance: Chance) -> str:
    return chance.choice(['"{}"', "“{}”", "„{}“", "«{}»", "'{}'", "‘{}’", "「{}」", "″{}″"]).format(
        person.name
    )


def _mail(form: str) -> Write:
    return lambda person, _chance: form.format(
        email=person.email,
        name=person.name,
        mailbox=person.email.partition("@")[0],
        capitals=person.email.upper(),
    )


def _last_first_with_address(person: Named, _chance: Chance) -> str | None:
    return None if person.language.joined else f'"{person.family}, {person.given}" <{person.email}>'


def _number_in(digits: str) -> Write:
    return lambda person, _chance: person.number.translate(dict(zip(range(48, 58), digits, strict=True)))


def _number_with_zeros(person: Named, chance: Chance) -> str:
    return "0" * chance.randint(1, 4) + person.number


def _everything_at_once(person: Named, chance: Chance) -> str | None:
    """Paste a name from a page: capitals, a strange space, decomposed, with a mark that shows nothing."""
    if person.language.code in {"tr_TR", "az_AZ"} or person.language.script is Script.GREEK:
        return None
    text = unicodedata.normalize("NFD", person.name.upper()).replace(" ", chance.choice(c.WITHIN_A_LINE) * 2)
    return chance.choice(c.INVISIBLE) + text + chance.choice(c.WITHIN_A_LINE)


_WRITES: Mapping[str, Write] = {
    "as it stands": lambda person, _chance: person.name,
    "capitals": lambda person, _chance: (
        None if person.language.script is Script.GREEK else person.name.upper()
    ),
    "small letters": lambda person, _chance: person.name.lower(),
    "capital and small letters exchanged": lambda person, _chance: (
        None if person.language.script is Script.GREEK else person.name.swapcase()
    ),
    "Turkish capitals": _turkish_capitals,
    "Turkish small letters": _turkish_small,
    "capital sharp s": _capital_sharp_s,
    "sigma that is not final": _with_sigmas_of_one_form,
    "two spaces": _between_words(["  ", "   "]),
    "another white space": _between_words(c.WITHIN_A_LINE.replace(" ", "")),
    "a line break within": _between_words("\n\r\v\f\u0085\u2028\u2029"),
    "white space outside": _outside,
    "white space in a joined name": _parted,
    "another apostrophe": _of_each(c.APOSTROPHES, c.APOSTROPHES),
    "another hyphen": _of_each(c.HYPHENS, c.HYPHENS),
    "spaces around the hyphen": lambda person, chance: _replaced_once(
        person.name, "-", f" {chance.choice(c.HYPHENS)} "
    ),
    "NFD": _in_form("NFD"),
    "NFKD": _in_form("NFKD"),
    "full width": _full_width_name,
    "ligature": _with_ligature,
    "presentation forms": _in_presentation_forms,
    "a mark that shows nothing, within": _invisible_within,
    "marks that show nothing, at the ends": _invisible_at_the_ends,
    "in marks of direction": _in_marks_of_direction,
    "variation selector": _with_variation_selector,
    "tatweel": _stretched,
    "one more vowel sign": _with_vowel_signs,
    "no vowel signs": _without_vowel_signs,
    "another yeh": _of_each(c.YEHS[:2], c.YEHS[:2]),
    "last yeh without dots": _last_yeh_without_dots,
    "another kaf": _of_each(c.KAFS, c.KAFS),
    "another heh": _of_each(c.HEHS[:3], c.HEHS[:3]),
    "heh for the last teh marbuta": _last_teh_marbuta,
    "alef without hamza": _without_hamza,
    "title before": _with_title,
    "degree behind": _with_degree,
    "last name, title and first name": _with_title_and_last_first,
    "last name, first name": _last_comma_first,
    "LAST NAME first name": _last_capitals_first,
    "other order": _other_order,
    "prefix of the last name behind": _prefix_behind,
    "in quotation marks": _in_quotes,
    "the address": _mail("{email}"),
    "the address in capitals": _mail("{capitals}"),
    "the address in angle brackets": _mail("<{email}>"),
    "the mailbox alone": _mail("{mailbox}"),
    "mailto": _mail("mailto:{email}"),
    "name and address": _mail("{name} <{email}>"),
    "quoted name and address": _mail('"{name}" <{email}>'),
    "last, first and address": _last_first_with_address,
    "the address after white space": _mail("\u00a0{email}\u200b "),
    "the number": lambda person, _chance: person.number,
    "the number with zeros": _number_with_zeros,
    **{f"the number in {name} digits": _number_in(digits) for name, digits in c.DIGITS.items()},
    "pasted": _everything_at_once,
}
SAME_PERSON = tuple(Change(name=name, right=Right.SAME, write=write) for name, write in _WRITES.items())
