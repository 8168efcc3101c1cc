"""A programme's logo: where it lies, and whether it may be shown.

An SVG is a program as much as a picture, so one with script, or with anything that it would load from
elsewhere, is refused. One that can't be read is refused too: nobody sees what a broken picture meant.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

FOLDERS = ("schemas/programmes", "site/images")
MOST_BYTES = 20 * 1024
PNG = b"\x89PNG\r\n\x1a\n"
ACTIVE = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "meta", "form", "link"}
)
ANIMATED = "attributename"
LINKS = frozenset({"href", "src", "data", "base"})
# What a style may point at: a part of the same drawing. Everything else is loaded from somewhere, and a
# backslash hides what is meant.
FROM_ELSEWHERE = re.compile(r"@import|\\|image-set\(|src\(|url\(\s*['\"]?(?!\s*['\"]?#)", re.IGNORECASE)
# Where the standard's own document types stand; nothing is fetched from there either.
STANDARD = ("http://www.w3.org/", "https://www.w3.org/")


def file_of(name: str, root: Path) -> Path | None:
    """Return the file of that logo, beside the definitions or among the site's images, if any."""
    found = (root / folder / name for folder in FOLDERS)
    return next((path for path in found if path.is_file()), None)


def faults_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (cause, what to do) for each reason not to show this logo."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        yield (
            f"The logo has {size:,} bytes, and every page loads it: at most {MOST_BYTES:,} are taken.",
            "Save it smaller: an SVG without hidden layers, or a PNG twice as wide as it is shown.",
        )
        return
    content = path.read_bytes()
    if path.suffix == ".png":
        if not content.startswith(PNG):
            yield "The logo is called a PNG and is not one.", "Save it as a PNG again, or as an SVG."
        return
    yield from _faults_in_drawing(content)


def _faults_in_drawing(content: bytes) -> Iterator[tuple[str, str]]:
    drawing = _Drawing()
    try:
        drawing.read(content)
    except expat.ExpatError as error:
        yield f"The logo is not a whole SVG ({error}).", "Save it as an SVG again, or as a PNG."
        return
    if drawing.root != "svg":
        yield "The logo is called an SVG and is not one.", "Save it as an SVG again, or as a PNG."
    for what in sorted(drawing.active):
        yield f"The logo holds script ({what}).", "Save it as “plain SVG”, without script, or as a PNG."
    for where in sorted(drawing.elsewhere):
        yield (
            f"The logo loads something from elsewhere ({where}).",
            "Draw it into the file, turn text into paths, or save it as a PNG.",
        )


class _Drawing:
    """What stands in an SVG: its outermost element, what would run in it, and what it would load."""

    def __init__(self) -> None:
        self.root = ""
        self.active: set[str] = set()
        self.elsewhere: set[str] = set()
        self._inside: list[str] = []

    def read(self, content: bytes) -> None:
        """Read the file; raises `ExpatError` where it is not well formed. Nothing is expanded or fetched."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        parser.ProcessingInstructionHandler = self._instruction
        parser.Parse(content, True)  # noqa: FBT003  # expat takes no names

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        self.root = self.root or name
        self._inside.append(name)
        if name in ACTIVE:
            self.active.add(f"<{name}>")
        known = [(_local(key), value) for key, value in attributes.items()]
        moved = [_local(value) for key, value in known if key == ANIMATED]
        if any(key in LINKS or key.startswith("on") for key in moved):
            self.active.add(f"<{name}>")
            return
        for key, value in known:
            self._attribute(key, value)

    def _attribute(self, key: str, value: str) -> None:
        if key.startswith("on") or "javascript:" in re.sub(r"\s", "", value).lower():
            self.active.add(key)
        elif (key in LINKS and not value.strip().startswith("#")) or FROM_ELSEWHERE.search(value):
            self.elsewhere.add(key)

    def _end(self, tag: str) -> None:
        del tag
        self._inside.pop()

    def _text(self, text: str) -> None:
        if "style" in self._inside and FROM_ELSEWHERE.search(text):
            self.elsewhere.add("<style>")

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:  # noqa: FBT001
        del name, public
        if internal:
            self.elsewhere.add("an entity of its own")
        elif system and not system.startswith(STANDARD):
            self.elsewhere.add("a document type")

    def _instruction(self, target: str, data: str) -> None:
        del data
        if target == "xml-stylesheet":
            self.elsewhere.add("a stylesheet")


def _local(name: str) -> str:
    """Return the name without its namespace's prefix, in small letters: a browser hears those alike."""
    return name.rpartition(":")[2].lower()
