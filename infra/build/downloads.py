"""Pages as plain text, for people who want to edit them or paste them into a mail.

The text is the page's Markdown with its facts filled in, which reads well as it is; links within the site
lose their addresses, for these mean nothing on paper.
"""

import re
from collections.abc import Mapping
from typing import Any

LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<address>[^)]+)\)")
SPARE_LINES = re.compile(r"\n{3,}")
RULE = "_" * 60


def text_of(head: Mapping[str, Any], written: str) -> str:
    """Return the page as text; `head` is what stands above the Markdown `written`, its facts filled in."""
    parts = [f"# {head['title']}", head.get("lead", ""), LINK.sub(_link_text, written)]
    for part in head.get("parts", ()):
        parts += [f"## {part['title']}", part.get("text", "")]
        parts += ["\n".join([_field_label(field), *[RULE] * int(field["lines"])]) for field in part["fields"]]
    parts.append(head.get("after", ""))
    return SPARE_LINES.sub("\n\n", "\n\n".join(parts)).strip() + "\n"


def _link_text(link: re.Match[str]) -> str:
    words, address = link["words"], link["address"]
    if address.startswith("/") or address.removeprefix("mailto:") == words:
        return words
    return f"{words} ({address.removeprefix('mailto:')})"


def _field_label(field: Mapping[str, Any]) -> str:
    return f"{field['label']} ({field['hint']})" if field.get("hint") else str(field["label"])
