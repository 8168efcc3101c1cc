from collections.abc import Iterator

import pytest

from functions.i18n import languages
from tests.messages.emails import PSEUDO, pseudo_catalogue


@pytest.fixture(scope="package", autouse=True)
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A language that says every message, for the tests of this folder."""
    folder = tmp_path_factory.mktemp("languages")
    (folder / f"{PSEUDO}.mo").write_bytes(pseudo_catalogue())
    languages.translations.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "FOLDER", folder)
        yield
    languages.translations.cache_clear()
