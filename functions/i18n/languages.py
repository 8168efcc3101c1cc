r"""The languages that Kith speaks, in pages, mails and reasons: one gettext catalogue each; English has none.

`catalogues/<language>.po` is written by people, `<language>.mo` is made from it and read here. Sentences are
found in the sources as `catalogues/babel.cfg` says, put into the catalogues, and made into the binary, by

    pybabel extract -F functions/i18n/catalogues/babel.cfg -k marked --no-location -o build/kith.pot .
    pybabel update -i build/kith.pot -l ar -o functions/i18n/catalogues/ar.po \
        --no-fuzzy-matching --ignore-obsolete
    pybabel compile -i functions/i18n/catalogues/ar.po -o functions/i18n/catalogues/ar.mo

Tests compare the three.
"""

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

FOLDER = Path(__file__).parent / "catalogues"


def translated() -> frozenset[str]:
    """Return the languages that have a catalogue; English has none and is always there."""
    return frozenset(path.stem for path in FOLDER.glob("*.mo"))


@lru_cache
def translations(language: str) -> NullTranslations:
    """Return what says sentences in that language (a tag such as “ar” or “ar-MA”), else in English."""
    known = {path.stem: path for path in FOLDER.glob("*.mo")}
    catalogue = known.get(language.lower()) or known.get(language.lower().partition("-")[0])
    if catalogue is None:
        return NullTranslations()
    with catalogue.open("rb") as file:
        return GNUTranslations(file)


def marked(text: str) -> str:
    """Return the text as it is: it stands in the catalogues, and is translated where it is shown."""
    return text


def name_of(language: str) -> str:
    """Return what a language calls itself (“English”, “العربية”), or its tag where no catalogue says it."""
    # The name of the language that the catalogue is in, in that language.
    name = translations(language).gettext("English")
    return language if name == "English" and language.partition("-")[0] != "en" else name
