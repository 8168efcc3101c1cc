"""The frozen site: the questionnaire is light, nothing is inline, the same sources make the same bytes."""

import gzip
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from functions.questionnaires import definitions
from infra.build import site as site_build
from infra.build.site import SiteError, build

ACCENT = "#7a2e4d"
LARGEST_PAGE_BYTES = 16 * 1024


class Addresses(HTMLParser):
    """What a page loads and names, and its headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loaded: set[str] = set()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.loaded |= {known.get(name) or "" for name in ("src",) if name in known}
        if tag == "link":
            self.loaded.add(known.get("href") or "")
        if known.get("id"):
            self.ids.append(known["id"] or "")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("build") / "site"
    programme = definitions.programme("first-year")
    questionnaires = definitions.questionnaires_of(programme)
    build(out, programme=programme, questionnaires=questionnaires, cohort=programme.cohort(date(2027, 1, 11)))
    return out


def pages_of(out: Path) -> Iterator[tuple[str, Addresses]]:
    for file in sorted(out.rglob("*.html")):
        path = f"/{file.relative_to(out).as_posix()}".removesuffix("index.html")
        yield path, Addresses(file.read_text(encoding="utf-8"))


def file_of(out: Path, path: str) -> Path:
    return out / f"{path.lstrip('/')}index.html" if path.endswith("/") else out / path.lstrip("/")


def test_a_page_has_one_main_heading_skips_no_level_and_names_everything_once(out: Path) -> None:
    for path, page in pages_of(out):
        assert page.headings.count(1) == 1, path
        assert all(
            after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)
        ), path
        assert len(set(page.ids)) == len(page.ids), path


def test_a_questionnaire_is_light_enough_for_a_train(out: Path) -> None:
    for path in ("/enrol/mentee/", "/enrol/mentor/", "/ar/enrol/mentee/", "/ar/enrol/mentor/"):
        file = file_of(out, path)
        loaded = Addresses(file.read_text(encoding="utf-8")).loaded
        files = [file, *(file_of(out, each) for each in loaded)]

        weight = sum(len(gzip.compress(each.read_bytes(), 6, mtime=0)) for each in files)

        assert len(files) <= 5
        assert weight <= LARGEST_PAGE_BYTES, (path, weight)


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(out: Path) -> None:
    for file in out.rglob("*.html"):
        page = file.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script>|javascript:|url\(", page), file
        assert all(path.startswith("/assets/") for path in Addresses(page).loaded)
    for sheet in out.rglob("*.css"):
        assert "url(" not in sheet.read_text(encoding="utf-8")


def test_the_same_sources_make_the_same_bytes(out: Path, tmp_path: Path) -> None:
    programme = definitions.programme("first-year")
    again = tmp_path / "site"

    build(
        again,
        programme=programme,
        questionnaires=definitions.questionnaires_of(programme),
        cohort=programme.cohort(date(2027, 1, 11)),
    )

    assert {file.relative_to(out): file.read_bytes() for file in out.rglob("*.*")} == {
        file.relative_to(again): file.read_bytes() for file in again.rglob("*.*")
    }


@pytest.mark.usefixtures("out")
def test_styles_are_not_compiled_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    accent = definitions.programme("first-year").accent
    monkeypatch.setattr(site_build, "_sass", None)

    assert [sheet.name for sheet in site_build.compiled(accent)] == ["console.css", "content.css", "kith.css"]


def test_without_the_registry_the_build_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site_build, "SITE", tmp_path)
    (tmp_path / "package-lock.json").write_text("{}")

    with pytest.raises(SiteError, match="Check the connection to the registry"):
        site_build.compiled(ACCENT, tmp_path / "cache")


def test_the_lock_file_names_no_registry_but_the_default_one() -> None:
    lock = (site_build.SITE / "package-lock.json").read_text(encoding="utf-8")

    assert set(re.findall(r'"resolved": "https?://([^/"]+)', lock)) <= {"registry.npmjs.org"}


def test_no_python_stands_under_site() -> None:
    tracked = [path for path in site_build.SITE.rglob("*.py") if "node_modules" not in path.parts]

    assert not tracked


def test_what_people_take_with_them_can_be_had_as_text(out: Path) -> None:
    text = (out / "goal-setting.txt").read_text("utf-8-sig")
    page = (out / "goal-setting" / "index.html").read_text("utf-8")

    assert 'href="/goal-setting.txt" download' in page
    assert text.startswith("# ")
    assert "____" in text
    assert "](" not in text
    assert "{{" not in text
    assert not (out / "privacy.txt").exists()
