"""TOML tables, read key by key; each mistake names the file, the line, the cause and the remedy."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from functions.matching.policy.model import LARGEST_STEP, WHOLE, PolicyError

_LARGEST_QUOTED = 60  # characters of an answer in a message: one line of a terminal


def quoted(value: object) -> str:
    """Return a value as a message quotes it, shortened to one line."""
    text = str(value)
    return f"“{text[:_LARGEST_QUOTED]}…”" if len(text) > _LARGEST_QUOTED else f"“{text}”"


def readable(name: str) -> str:
    """Return the name of a column or criterion as people read it."""
    return name.replace("_", " ").replace("-", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The file as it was written, to say on which line a key stands."""

    file: str
    lines: list[str]
    language: str

    def line_of(self, header: str, occurrence: int, key: str) -> int:
        """Return the line (from 1) of that key under the n-th such header, of the header, or 0."""
        start = self._header(header, occurrence)
        if start is None:
            return 0
        wanted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*[=.]""")
        for number in range(start, len(self.lines)):
            if number >= start and re.match(r"\s*\[", self.lines[number]) and "=" not in self.lines[number]:
                break
            if wanted.match(self.lines[number]):
                return number + 1
        return start

    def _header(self, header: str, occurrence: int) -> int | None:
        if not header:
            return 0
        found = [
            number
            for number, line in enumerate(self.lines, start=1)
            if re.match(rf"\s*\[\[?\s*{re.escape(header)}\s*\]", line)
        ]
        return found[occurrence] if occurrence < len(found) else None


_Choice = TypeVar("_Choice", bound=StrEnum)
_REQUIRED = object()


class TomlTable:
    """One table of the file, whose keys are taken one by one; what is left at the end is a mistake."""

    def __init__(
        self,
        content: Mapping[str, Any],
        source: SourceText,
        *,
        header: str = "",
        occurrence: int = 0,
        inside: str = "",
    ) -> None:
        self._content = content
        self._source = source
        self._header = header
        self._occurrence = occurrence
        self._inside = inside  # the inline table's key, when this is one
        self._taken: set[str] = set()

    def mistake(self, key: str, cause: str, remedy: str) -> PolicyError:
        """Return the error that says so of that key."""
        name = self._content.get("name")
        owner = f"{self._header} “{name}”" if self._header and isinstance(name, str) else self._header
        path = ".".join(part for part in (self._inside, key) if part)
        line = self._source.line_of(self._header, self._occurrence, self._inside or key)
        return PolicyError(
            file=self._source.file,
            line=line,
            where=f"{owner}, {path}" if owner and path else owner or path,
            cause=cause,
            remedy=remedy.rstrip("."),
        )

    def with_both_split(self) -> "TomlTable":
        """Return the same table with `both`, one column for either side, said as the two columns."""
        if "both" not in self._content:
            return self
        column = self.text("both")
        twice = next((key for key in ("mentee", "mentor") if key in self._content), None)
        if twice is not None:
            raise self.mistake(twice, "“both” names this column already", "Keep both, or mentee and mentor")
        content = {key: value for key, value in self._content.items() if key != "both"}
        content |= {"mentee": column, "mentor": column}
        return TomlTable(
            content, self._source, header=self._header, occurrence=self._occurrence, inside=self._inside
        )

    def has(self, key: str) -> bool:
        """Say whether the key is written at all."""
        self._taken.add(key)
        return key in self._content

    def take(self, key: str, *, default: object = _REQUIRED) -> Any:
        """Return the key's value as TOML has it, or the default."""
        self._taken.add(key)
        if key in self._content:
            return self._content[key]
        if default is _REQUIRED:
            raise self.mistake(key, "it is missing", f"Add {key} = …")
        return default

    def text(self, key: str, *, default: str | None = None) -> str:
        """Return one line of text that is not empty, or the default."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        if not isinstance(value, str) or (key in self._content and not value.strip()):
            raise self.mistake(key, f"{quoted(value)} is not a text", f'Write {key} = "…" in double quotes')
        if any(ord(character) < 32 for character in value):  # noqa: PLR2004 - the control characters
            raise self.mistake(key, "it holds a control character", "Write it on one line, without tabs")
        return value.strip()

    def translated(self, key: str, *, default: str) -> str:
        """Return a text that people read: in the language of the source, where it is given by language."""
        if not isinstance(self._content.get(key), dict):
            return self.text(key, default=default)
        by_language = self.table(key)
        texts = {language: by_language.text(language) for language in by_language.remaining_keys()}
        if not texts:
            raise self.mistake(key, "it is in no language", f'Write {key} = {{ en = "…" }}')
        return texts.get(self._source.language, next(iter(texts.values())))

    def texts(self, key: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts; one text alone stands for a list of one."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(
            isinstance(item, str) and item.strip() for item in items
        ):
            raise self.mistake(key, f"{quoted(value)} is not a list of texts", f'Write {key} = ["…", "…"]')
        return tuple(item.strip() for item in items)

    def boolean(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self.take(key, default=default)
        if not isinstance(value, bool):
            raise self.mistake(
                key, f"{quoted(value)} is neither true nor false", f"Write {key} = true or {key} = false"
            )
        return value

    def integer(self, key: str, *, default: int | None = None, smallest: int = 0) -> int:
        """Return a whole number of sensible size."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= LARGEST_STEP:
            raise self.mistake(
                key,
                f"{quoted(value)} is not a whole number from {smallest} to {LARGEST_STEP}",
                "Write such a number",
            )
        return value

    def decimal(self, key: str, *, largest: int, default: Decimal | None = None) -> Decimal:
        """Return a number from 0 to `largest`, exactly as it is written."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        return self.checked_decimal(key, value, largest=largest)

    def checked_decimal(self, key: str, value: object, *, largest: int) -> Decimal:
        """Return the value, which stands under `key`, as a number from 0 to `largest`."""
        remedy = f"Write a number from 0 to {largest:,}"
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise self.mistake(key, f"{quoted(value)} is not a number", remedy)
        decimal = Decimal(value)
        if not decimal.is_finite() or not 0 <= decimal <= largest:
            raise self.mistake(key, f"{quoted(value)} is out of range", remedy)
        return decimal

    def millionths(self, key: str, value: Decimal) -> int:
        """Return a share in whole millionths."""
        return self._whole_parts(key, value, WHOLE)

    def thousandths(self, key: str, value: Decimal) -> int:
        """Return a number in whole thousandths."""
        return self._whole_parts(key, value, 1000)

    def _whole_parts(self, key: str, value: Decimal, parts: int) -> int:
        scaled = value * parts
        if scaled != scaled.to_integral_value():
            digits = len(str(parts)) - 1
            raise self.mistake(key, f"{value} has more than {digits} digits after the point", "Round it")
        return int(scaled)

    def choice(self, key: str, kinds: type[_Choice], *, default: _Choice | None = None) -> _Choice:
        """Return one of the kinds, by its words."""
        return kinds(self.word(key, [str(kind) for kind in kinds], default=default))

    def word(self, key: str, words: Sequence[str], *, default: str | None = None) -> str:
        """Return one of the words, or the default."""
        value = self.take(key, default=_REQUIRED if default is None else default)
        if not isinstance(value, str) or value not in words:
            near = get_close_matches(str(value), words, n=1)
            hint = f"Did you mean “{near[0]}”? " if near else ""
            raise self.mistake(key, f"{quoted(value)} is not known", f"{hint}It may be: {', '.join(words)}")
        return value

    def table(self, key: str, *, required: bool = True) -> "TomlTable":
        """Return a table inside this one, empty when it is not required and missing."""
        value = self.take(key, default=_REQUIRED if required else {})
        if not isinstance(value, dict):
            raise self.mistake(key, f"{quoted(value)} is not a table", f"Write [{key}], then its keys below")
        if self._header:
            return TomlTable(
                value, self._source, header=self._header, occurrence=self._occurrence, inside=key
            )
        return TomlTable(value, self._source, header=key)

    def tables(self, key: str) -> "list[TomlTable]":
        """Return the tables of a list of tables, none when the key is missing."""
        value = self.take(key, default=[])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.mistake(
                key, "it is not a list of tables", f"Write [[{key}]], then its keys below, for each"
            )
        return [
            TomlTable(item, self._source, header=key, occurrence=number) for number, item in enumerate(value)
        ]

    def remaining_keys(self) -> list[str]:
        """Return the keys of a table whose keys are free."""
        return [key for key in self._content if key not in self._taken]

    def allow(self, keys: Iterable[str], what: str) -> None:
        """Refuse any key that does not belong to `what`."""
        known = list(keys)
        unknown = next((key for key in self._content if key not in known), None)
        if unknown is not None:
            near = get_close_matches(unknown, known, n=1)
            hint = f"Did you mean “{near[0]}”? " if near else ""
            raise self.mistake(
                unknown, f"{what} doesn’t know this key", f"{hint}It may have: {', '.join(known)}"
            )

    def finish(self) -> None:
        """Refuse any key that was not read."""
        self.allow(sorted(self._taken), f"[{self._header}]" if self._header else "a policy")
