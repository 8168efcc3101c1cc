"""A logo is a picture and nothing more: what would run or load something is refused in words."""

from pathlib import Path

import pytest

from infra.programme import logos

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


def dns_records(path: Path, content: str | bytes) -> list[str]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [f"{cause} {remedy}" for cause, remedy in logos.faults_in(path)]


@pytest.mark.parametrize(
    "drawing",
    [
        '<path d="M0 0h9v9z" fill="#8a2b4f"/>',
        '<defs><linearGradient id="a"/></defs><circle r="4" fill="url(#a)"/>',
        '<symbol id="b"/><use href="#b"/>',
        "<style>.a { fill: url('#a') }</style><title>Our university</title>",
    ],
)
def test_a_plain_drawing_is_taken(tmp_path: Path, drawing: str) -> None:
    assert dns_records(tmp_path / "logo.svg", SVG.format(drawing)) == []


def test_a_png_is_taken(tmp_path: Path) -> None:
    assert dns_records(tmp_path / "logo.png", b"\x89PNG\r\n\x1a\n and so on") == []


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        ("<script>alert(1)</script>", "The logo holds script (<script>)."),
        ('<a xmlns:s="http://www.w3.org/2000/svg"><s:script/></a>', "The logo holds script (<script>)."),
        ('<circle r="1" onload="alert(1)"/>', "The logo holds script (onload)."),
        ('<a href="java&#10;script:alert(1)"/>', "The logo holds script (href)."),
        ('<animate attributeName="href" to="javascript:alert(1)"/>', "The logo holds script (<animate>)."),
        ("<foreignObject/>", "The logo holds script (<foreignobject>)."),
        (
            '<image href="https://elsewhere.example/a.png"/>',
            "The logo loads something from elsewhere (href).",
        ),
        ('<image href="data:image/svg+xml,x"/>', "The logo loads something from elsewhere (href)."),
        ('<circle fill="url(//elsewhere.example/a)"/>', "The logo loads something from elsewhere (fill)."),
        ('<style>@import "a.css";</style>', "The logo loads something from elsewhere (<style>)."),
        ("<style>a{fill:url( 'b.svg#a')}</style>", "The logo loads something from elsewhere (<style>)."),
        (r"<style>a{fill:u\72l(//elsewhere.example/a)}</style>", "The logo loads something from elsewhere"),
        ('<style>a{fill:image-set("//elsewhere.example/a")}</style>', "The logo loads something from"),
        ('<style>@font-face{src:src("//elsewhere.example/a")}</style>', "The logo loads something from"),
        ("<style><g>a{fill:url(//elsewhere.example/a)}</g></style>", "The logo loads something from"),
        (
            '<animate attributeName="href" values="//elsewhere.example/a"/>',
            "The logo holds script (<animate>).",
        ),
        ('<set attributeName="onclick" to="alert(1)"/>', "The logo holds script (<set>)."),
        ('<h:meta xmlns:h="http://www.w3.org/1999/xhtml" content="0;u"/>', "The logo holds script (<meta>)."),
        ("<path>", "The logo is not a whole SVG"),
    ],
)
def test_a_drawing_that_would_run_or_load_something_is_refused(
    tmp_path: Path, drawing: str, said: str
) -> None:
    told = dns_records(tmp_path / "logo.svg", SVG.format(drawing))

    assert len(told) == 1
    assert told[0].startswith(said)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "logo.svg",
            SVG.format("<!--" + "x" * 21_000 + "-->"),
            "The logo has 21,071 bytes, and every page loads it: at most 20,480 are taken.",
        ),
        ("logo.svg", "<html/>", "The logo is called an SVG and is not one."),
        ("logo.svg", b"\xff\xfe\x00", "The logo is not a whole SVG"),
        ("logo.png", "<svg/>", "The logo is called a PNG and is not one."),
        (
            "logo.svg",
            '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + SVG.format("<title>&a;</title>"),
            "The logo loads something from elsewhere (an entity of its own).",
        ),
        (
            "logo.svg",
            '<!DOCTYPE svg SYSTEM "http://elsewhere.example/w3.org/a.dtd">' + SVG.format(""),
            "The logo loads something from elsewhere (a document type).",
        ),
        (
            "logo.svg",
            '<?xml-stylesheet href="https://elsewhere.example/a.css"?>' + SVG.format(""),
            "The logo loads something from elsewhere (a stylesheet).",
        ),
    ],
)
def test_a_file_that_is_no_logo_is_refused(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    [told] = dns_records(tmp_path / name, content)

    assert told.startswith(said)


def test_a_logo_lies_beside_the_definition_or_among_the_images(tmp_path: Path) -> None:
    for folder in logos.FOLDERS:
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "site/images/a.svg").write_text("", encoding="utf-8")

    assert logos.file_of("a.svg", tmp_path) == tmp_path / "site/images/a.svg"
    assert logos.file_of("b.svg", tmp_path) is None
