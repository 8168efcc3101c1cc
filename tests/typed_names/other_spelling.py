"""Changes after which it may be the same person: nobody can know without asking."""

import random
import unicodedata
from collections.abc import Mapping

from tests.typed_names import characters as c
from tests.typed_names.change import Change, Right, Write
from tests.typed_names.people import Named, Script
from tests.typed_names.titles import OF_ONE_LETTER

Chance = random.Random
# A word of fewer letters has too many other words one letter away.
_LONG_ENOUGH = 5
_ALPHABETS = {
    Script.LATIN: "abcdefghijklmnopqrstuvwxyz",
    Script.CYRILLIC: "абвгдежзиклмнопрстуфхцчшщыьэюя",
    Script.GREEK: "αβγδεζηθικλμνξοπρστυφχψω",
    Script.ARABIC: "بتثجحخدذرزسشصضطظعغفقلمن",
    Script.DEVANAGARI: "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
}


def without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFD", text)
    kept = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFC", kept).translate(c.WITHOUT_STROKE).replace("ß", "ss")


def _plain(person: Named, _chance: Chance) -> str | None:
    return without_marks(person.name) if person.language.script in {Script.LATIN, Script.GREEK} else None


def _plain_capitals(person: Named, _chance: Chance) -> str | None:
    if person.language.script not in {Script.LATIN, Script.GREEK}:
        return None
    return without_marks(person.name).upper()


def _one_mark_dropped(person: Named, chance: Chance) -> str | None:
    places = [place for place, sign in enumerate(person.name) if without_marks(sign) != sign]
    if not places or person.language.script not in {Script.LATIN, Script.GREEK}:
        return None
    place = chance.choice(places)
    return person.name[:place] + without_marks(person.name[place]) + person.name[place + 1 :]


def _spelt_out(person: Named, _chance: Chance) -> str | None:
    if person.language.script is not Script.LATIN:
        return None
    written = "".join(c.SPELT_OUT.get(sign, sign) for sign in person.name)
    return "".join(
        c.SPELT_OUT[sign.lower()].capitalize() if sign.lower() in c.SPELT_OUT else sign for sign in written
    )


def _exchanged(old: str, new: str, *languages: str) -> Write:
    def write(person: Named, _chance: Chance) -> str | None:
        if languages and person.language.code not in languages:
            return None
        return person.name.replace(old, new)

    return write


def _long_word(person: Named, chance: Chance) -> tuple[int, int] | None:
    """Return where a long word of the name begins and ends."""
    if person.language.script not in _ALPHABETS:
        return None
    words, place = [], 0
    for word in person.name.split(" "):
        if len(word) >= _LONG_ENOUGH and word.isalpha():
            words.append((place, place + len(word)))
        place += len(word) + 1
    return chance.choice(words) if words else None


def _within_word(person: Named, chance: Chance) -> int | None:
    """Return the place of a letter within a long word, neither its first nor its last."""
    word = _long_word(person, chance)
    return chance.randrange(word[0] + 1, word[1] - 1) if word else None


def _wrong_letter(person: Named, chance: Chance) -> str | None:
    place = _within_word(person, chance)
    if place is None:
        return None
    name = person.name
    others = [letter for letter in _ALPHABETS[person.language.script] if letter != name[place].lower()]
    return name[:place] + chance.choice(others) + name[place + 1 :]


def _missing_letter(person: Named, chance: Chance) -> str | None:
    place = _within_word(person, chance)
    return None if place is None else person.name[:place] + person.name[place + 1 :]


def _one_letter_more(person: Named, chance: Chance) -> str | None:
    place = _within_word(person, chance)
    if place is None:
        return None
    letter = chance.choice(_ALPHABETS[person.language.script])
    return person.name[:place] + letter + person.name[place:]


def _doubled_letter(person: Named, chance: Chance) -> str | None:
    place = _within_word(person, chance)
    return None if place is None else person.name[: place + 1] + person.name[place:]


def _swapped_letters(person: Named, chance: Chance) -> str | None:
    place = _within_word(person, chance)
    name = person.name
    if place is None or name[place].lower() == name[place + 1].lower():
        return None
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _one_of_a_pair(person: Named, chance: Chance) -> str | None:
    """Write one of two equal letters."""
    pairs = [
        place for place in range(1, len(person.name)) if person.name[place] == person.name[place - 1] != " "
    ]
    if not pairs or person.language.script not in _ALPHABETS:
        return None
    place = chance.choice(pairs)
    return person.name[:place] + person.name[place + 1 :]


def _initial(person: Named) -> str | None:
    return None if person.language.joined or person.language.script is Script.DEVANAGARI else person.given[0]


def _initials(form: str) -> Write:
    def write(person: Named, _chance: Chance) -> str | None:
        initial = _initial(person)
        return form.format(i=initial, family=person.family) if initial else None

    return write


def _two_initials(person: Named, _chance: Chance) -> str | None:
    return f"{person.given[0]}. {person.middle[0]}. {person.family}" if person.middle else None


def _without_middle(person: Named, _chance: Chance) -> str | None:
    if not person.middle:
        return None
    parts = (person.family, person.given) if person.language.family_first else (person.given, person.family)
    return " ".join(parts)


def _middle_initial(person: Named, _chance: Chance) -> str | None:
    return person.name.replace(f" {person.middle} ", f" {person.middle[0]}. ") if person.middle else None


def _one_name_more(person: Named, chance: Chance) -> str | None:
    """Write a middle name, or its initial, that the roll does not have."""
    if person.middle or person.language.joined or person.language.script is not Script.LATIN:
        return None
    parts = person.name.split(" ")
    return " ".join((parts[0], chance.choice(["Maria", "J.", "K", "Alexander", "Thi"]), *parts[1:]))


def _with_title_of_one_letter(person: Named, chance: Chance) -> str | None:
    titles = OF_ONE_LETTER.get(person.language.code)
    return chance.choice(titles) + person.name if titles else None


def _one_of_two_last_names(person: Named, chance: Chance) -> str | None:
    if "-" in person.family:
        return f"{person.given} {chance.choice(person.family.split('-'))}"
    if person.language.two_families:
        return f"{person.given} {person.family.split(' ')[0]}"
    return None


def _without_article(person: Named, _chance: Chance) -> str | None:
    if person.language.code != "ar_AA":
        return None
    return " ".join(
        word.removeprefix("ال") if len(word) > _LONG_ENOUGH else word for word in person.name.split(" ")
    )


def _two_words_as_one(person: Named, _chance: Chance) -> str | None:
    """Write a name of two words as one: `عبدالله`, `Vander Sloot`."""
    for part in (person.given, person.family):
        if " " in part:
            return person.name.replace(part, part.replace(" ", "", 1))
    return None


def _no_space(person: Named, _chance: Chance) -> str | None:
    return None if person.language.joined else person.name.replace(" ", "")


def _half_space(person: Named, _chance: Chance) -> str | None:
    """Write the half space of Persian (ZWNJ) in a name of two words."""
    if person.language.code != "fa_IR":
        return None
    return next(
        (
            person.name.replace(part, part.replace(" ", "\u200c"))
            for part in (person.given, person.family)
            if " " in part
        ),
        None,
    )


def _lookalike(person: Named, chance: Chance) -> str | None:
    places = [place for place, sign in enumerate(person.name) if sign in c.LOOKALIKES]
    if not places or person.language.script is not Script.LATIN:
        return None
    place = chance.choice(places)
    return person.name[:place] + c.LOOKALIKES[person.name[place]] + person.name[place + 1 :]


def _address_spoilt(person: Named, chance: Chance) -> str:
    mailbox, _, domain = person.email.partition("@")
    place = chance.randrange(1, len(mailbox))
    return f"{mailbox[:place]}{mailbox[place - 1]}{mailbox[place:]}@{domain}"


def _mail(form: str) -> Write:
    def write(person: Named, _chance: Chance) -> str:
        mailbox, _, domain = person.email.partition("@")
        return form.format(mailbox=mailbox, domain=domain, name=person.name, email=person.email)

    return write


_NEAR: Mapping[str, Write] = {
    "a wrong letter": _wrong_letter,
    "a letter missing": _missing_letter,
    "a letter too many": _one_letter_more,
    "a letter doubled": _doubled_letter,
    "two letters swapped": _swapped_letters,
    "one of a pair of letters": _one_of_a_pair,
    "A. Last": _initials("{i}. {family}"),
    "A Last": _initials("{i} {family}"),
    "Last A.": _initials("{family} {i}."),
    "Last, A.": _initials("{family}, {i}."),
    "two initials": _two_initials,
    "the last name alone": lambda person, _chance: person.family,
    "the first name alone": lambda person, _chance: None if person.language.joined else person.given,
    "one of two last names": _one_of_two_last_names,
}
_SAME_OR_NEAR: Mapping[str, Write] = {
    "no diacritics": _plain,
    "no diacritics, capitals": _plain_capitals,
    "one diacritic dropped": _one_mark_dropped,
    "diacritics spelt out": _spelt_out,
    "without the middle name": _without_middle,
    "the middle name's initial": _middle_initial,
    "one name more": _one_name_more,
    "a title of one letter": _with_title_of_one_letter,
    "space for the hyphen": _exchanged("-", " "),
    "no hyphen": _exchanged("-", ""),
    "no apostrophe": _exchanged("'", ""),
    "space for the apostrophe": _exchanged("'", " "),
    "е for ё": _exchanged("ё", "е"),
    "и for й": _exchanged("й", "и"),
    "и for і": _exchanged("і", "и", "uk_UA"),
    "no nukta": _exchanged("\u093c", ""),
    "anusvara for chandrabindu": _exchanged("\u0901", "\u0902"),
    "long for short i": _exchanged("\u093f", "\u0940", "hi_IN", "ne_NP", "mr_IN"),
    "no joiner": lambda person, _chance: person.name.replace("\u200d", ""),
    "no article": _without_article,
    "waw without hamza": _exchanged("ؤ", "و"),
    "yeh without hamza": _exchanged("ئ", "ی"),
    "two words as one": _two_words_as_one,
    "no space": _no_space,
    "half space": _half_space,
    "a letter of another script": _lookalike,
    "the address with a letter doubled": _address_spoilt,
    "the address with a tag": _mail("{mailbox}+mentoring@{domain}"),
    "the address with (at)": _mail("{mailbox} (at) {domain}"),
    "the address with a subject": _mail("mailto:{email}?subject=Hello"),
    "name and address in parentheses": _mail("{name} ({email})"),
    "name and address without brackets": _mail("{name} {email}"),
    "the number after a word": lambda person, _chance: f"No. {person.number}",
    "the number with a fraction": lambda person, _chance: f"{person.number}.0",
    "name and number": lambda person, _chance: f"{person.name} ({person.number})",
    "a remark in parentheses": lambda person, chance: (
        f"{person.name} ({chance.choice(['Physics', 'my supervisor', 'Dept. of Law', 'Prof.'])})"
    ),
    "a remark after a comma": lambda person, chance: (
        f"{person.name}, {chance.choice(['Physics', 'my supervisor', 'Department of Law'])}"
    ),
    "a remark after a dash": lambda person, _chance: f"{person.name} – supervisor",
    "a full stop behind": lambda person, _chance: f"{person.name}.",
    "a bullet before": lambda person, chance: (
        chance.choice(["• ", "- ", "1. ", "1) ", "* ", "@"]) + person.name
    ),
    "a smiling face behind": lambda person, _chance: f"{person.name} \N{SLIGHTLY SMILING FACE}",
}
OTHER_SPELLING = (
    *(Change(name=name, right=Right.NEAR, write=write) for name, write in _NEAR.items()),
    *(Change(name=name, right=Right.SAME_OR_NEAR, write=write) for name, write in _SAME_OR_NEAR.items()),
)
