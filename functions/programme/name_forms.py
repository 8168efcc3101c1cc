"""The forms in which names, addresses and ids are compared: `docs/names.md` has the table and its sources."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Letters that keyboards of one script write for one another (Arabic, Persian, Urdu); the Turkish dotless i.
_VARIANTS = str.maketrans(
    {
        **dict.fromkeys("\u06cc\u0649", "\u064a"),
        "\u06a9": "\u0643",
        **dict.fromkeys("\u06c1\u06be\u06d5\u0629\u06c0", "\u0647"),
        **dict.fromkeys("\u0623\u0625\u0622\u0671", "\u0627"),
        "\u0131": "i",
    }
)
# Letters that no decomposition of Unicode leads to plain ones.
_PLAIN = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ə": "e",
        "æ": "a",
        "œ": "o",
        "þ": "th",
        "ß": "s",
        "ŋ": "n",
        "и": "і",
    }
)
# Two letters in which people spell out one that their keyboard lacks; doubled letters count once.
_SPELT_OUT = re.compile(r"ae|oe|ue|aa|nh")
_DOUBLED = re.compile(r"(.)\1+")
_APOSTROPHES = "'\u2018\u2019\u201b\u02b9\u02bb\u02bc`\u00b4\u2032\u055a\u05f3\uff07"
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]")
_ARTICLE = re.compile("^\u0627\u0644(?=..)")
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
# How people hide an address from programs that look for one.
_WRITTEN_AT, _WRITTEN_DOT = (re.compile(rf"\s*[(\[{{]\s*{word}\s*[)\]}}]\s*") for word in ("at", "dot"))
# Han, kana and Hangul, in which a name is written without a space, or with one.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_WORDS_OF_NAMES = frozenset(
    {"von", "van", "de", "der", "den", "da", "di", "el", "al", "bin", "ben", "la", "le"}
)
_DISTINCTIVE_LENGTH = 3  # letters of a word by which alone a person is recognised


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name as it is compared.

    `words` are without titles, in order of the alphabet: so the order in which they were written counts for
    nothing. `plain` are the same without diacritics, whether those were dropped or spelt out.
    """

    words: tuple[str, ...]
    plain: tuple[str, ...]

    @property
    def same(self) -> str:
        """Return what two spellings of one name have in common."""
        return " ".join(self.words)

    @property
    def near(self) -> str:
        """Return what two spellings have in common where diacritics were dropped or spelt out."""
        return " ".join(self.plain)

    @property
    def letters(self) -> str:
        """Return all letters in order of the alphabet: the same however the words are joined or cut."""
        return "".join(sorted(self.same.replace(" ", "")))

    @property
    def unspaced(self) -> str:
        """Return a name in Han, kana or Hangul, which is one word; empty for every other."""
        return self.same if _UNSPACED.fullmatch(self.same) else ""

    @property
    def distinctive(self) -> frozenset[str]:
        """Return the words, without diacritics, of which one alone may name the person."""
        return frozenset(
            word
            for word in self.plain
            if (len(word) >= _DISTINCTIVE_LENGTH or _UNSPACED.search(word)) and word not in _WORDS_OF_NAMES
        )


@lru_cache(maxsize=2**16)
def name_form(text: str) -> NameForm:
    """Return a name in the form in which it is compared; a text without letters has no words."""
    folded = fold(_ADDRESS.sub(" ", text).replace("mailto:", " "))
    words = tuple(sorted(_words(folded)))
    return NameForm(words, tuple(sorted(map(_plain, words))))


def fold(text: str) -> str:
    """Return a text without what differs between keyboards: case, width, marks that show nothing."""
    # Twice, since a folded letter may be composed of others (Unicode, section 3.13).
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _visible(text)).casefold())
    folded = _ARABIC_MARKS.sub("", folded).translate(_VARIANTS).replace("i\u0307", "i")
    return "".join(_sign(sign) for sign in folded)


def addresses_in(text: str) -> tuple[str, ...]:
    """Return the mail addresses in a text, folded."""
    visible = unicodedata.normalize("NFKC", _visible(text)).casefold().replace("mailto:", " ")
    visible = _WRITTEN_DOT.sub(".", _WRITTEN_AT.sub("@", visible))
    # What follows a question mark is a subject, and what follows a plus a tag of the same mailbox.
    found = (address.partition("?")[0].rstrip(".") for address in _ADDRESS.findall(visible))
    return tuple(re.sub(r"\+[^@]*@", "@", address) for address in found)


def id_form(text: str) -> str:
    """Return an id as it is compared: folded, without zeros before a number; empty where there is none."""
    folded = unicodedata.normalize("NFKC", _visible(text)).casefold()
    closed = "".join(_digit(sign) for sign in folded if not sign.isspace())
    return closed.lstrip("0") or closed


def one_edit_apart(one: str, other: str) -> bool:
    """Say whether one letter more, less or other, or two that changed places, lead from one to the other."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1 or one == other:
        return False
    start = next((place for place, sign in enumerate(shorter) if sign != longer[place]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    swapped = longer[:start] + longer[start + 1 : start + 2] + longer[start : start + 1] + longer[start + 2 :]
    return shorter == swapped or shorter[start + 1 :] == longer[start + 1 :]


def _digit(sign: str) -> str:
    return str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign


def _visible(text: str) -> str:
    """Leave out apostrophes and what shows nothing (Default_Ignorable_Code_Point as far as it is typed)."""
    return "".join(
        sign
        for sign in text
        if unicodedata.category(sign) != "Cf"
        and sign not in _APOSTROPHES
        and sign != "\u034f"
        and not "\ufe00" <= sign <= "\ufe0f"
        and not "\U000e0100" <= sign <= "\U000e01ef"
    )


def _sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind == "Nd":
        return _digit(sign)
    return sign if kind[0] in "LM" or sign == "." else " "


def _words(folded: str) -> list[str]:
    words = [part for word in _without_titles(folded.split()) for part in _between_full_stops(word)]
    closed = "".join(words)
    if not _UNSPACED.fullmatch(closed):
        return words
    title = next((each for each in _TITLES if _UNSPACED.match(each) and closed.endswith(each)), "")
    return [closed.removesuffix(title) or closed]


def _between_full_stops(word: str) -> list[str]:
    """Return the initials of a word such as “R.K.Narain”; a title among them is left out."""
    parts = [part for part in word.split(".") if part]
    return [part for part in parts if part not in _TITLES] or parts


def _without_titles(words: list[str]) -> list[str]:
    """Leave out titles and degrees, also such as stand in two words; never all that there is."""
    left: list[str] = []
    place = 0
    while place < len(words):
        if place + 1 < len(words) and _stands_in_two(words[place], words[place + 1]):
            place += 2
            continue
        if not _is_title(words[place]):
            left.append(words[place])
        place += 1
    return left or words


def _is_title(word: str) -> bool:
    bare = word.replace(".", "")
    return not bare or bare in _TITLES or ("." in word and bare in _ABBREVIATED)


def _stands_in_two(word: str, following: str) -> bool:
    """Say whether two words are one title: “M. Sc.”, “Ph. D.”."""
    first, second = word.replace(".", ""), following.replace(".", "")
    return len(first) < _DISTINCTIVE_LENGTH and first + second in _TITLES


def _plain(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word)
    plain = "".join(sign for sign in decomposed if unicodedata.category(sign) != "Mn").translate(_PLAIN)
    plain = _ARTICLE.sub("", plain)
    spelt = _SPELT_OUT.sub(lambda found: found[0][0], plain)
    return _DOUBLED.sub(r"\1", spelt)


# Before and behind names, in the languages of European and some Asian universities; folded as names are.
_TITLES = frozenset(
    fold(
        """
        dr drs dra prof profa professor professorin mr mrs mx miss sir herr frau mme mlle
        monsieur madame dipl mgr inż hab paní docent doz doç yrd öğr gör sayın dos
        pgs ths thầy srta dña doña engr rndr phdr mudr judr próf fru mevr dhr conf univ phd msc
        bsc md mba llm llb meng beng mphil mres dphil edd csc drsc frs obe cbe tollamh rer nat
        phil mult pgsts проф профессор професор доц доцент ктн дфмн акад пан пані инж гн гжа
        др д-р г-н г-жа
        δρ καθ κα κος καθηγητής καθηγήτρια
        أد الدكتور الدكتورة الأستاذ الأستاذة السيد السيدة دکتر آقای خانم مهندس استاد پروفسور
        डॉ डा प्रो प्रा श्री श्रीमती सुश्री सौ प्रोफेसर
        hoca 님 교수님 선생님 様 教授 博士 老师 先生 女士 小姐 老師 교수 박사
        """
    ).split()
)
# What is a name as well is a title only where a full stop follows.
_ABBREVIATED = frozenset(
    "ma ba an don habil eng pan pani ing ms bed doc rev mag pr bc med pd sr ir mg dl dna ts gs be د أ".split()
)
