"""html-validate over what was served: the HTML standard, and what its makers hold for good practice."""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from infra.build.audit_record import Finding
from tests.audit import programs

PROGRAM = "html-validate/bin/html-validate.mjs"
CONFIGURATION = {
    "root": True,
    "extends": ["html-validate:recommended"],
    "rules": {
        # Ids with a full stop are ids in the standard: `topics.2` is the field of a second choice.
        "valid-id": ["error", {"relaxed": True}],
        # How an attribute without a value is written is style; Jinja and browsers write what they write.
        "attribute-boolean-style": "off",
        "attribute-empty-style": "off",
        # govuk-frontend says once more that a fieldset is a group, for old screen readers.
        "no-redundant-role": "off",
        # Boxes and rounds of one question share its name.
        "form-dup-name": ["error", {"shared": ["radio", "checkbox", "submit", "button"]}],
        # A button without a type sends its form, which is what ours are for.
        "no-implicit-button-type": "off",
        # A scrolling table is a region by role; a section would be the same with another name.
        "prefer-native-element": ["error", {"exclude": ["region"]}],
    },
}
# What stands in a template is filled in by the script before anybody meets it.
IN_TEMPLATE = re.compile(r"\btemplate\b|#faults|#fault\b|#check-row")


def faults(sources: Mapping[str, str]) -> list[Finding]:
    """Return what is wrong with the markup of these pages, by name."""
    with tempfile.TemporaryDirectory(prefix="kith-audit-") as kept:
        folder = Path(kept)
        names = {}
        for number, (name, source) in enumerate(sources.items()):
            file = folder / f"{number:04}.html"
            file.write_text(source, encoding="utf-8")
            names[file.name] = name
        (folder / "configuration.json").write_text(json.dumps(CONFIGURATION))
        faults_found = folder / "faults.json"
        said = programs.written(
            PROGRAM,
            faults_found,
            f"--config={folder / 'configuration.json'}",
            f"--formatter=json={faults_found}",
            f"{folder}/*.html",
        )
    return [
        Finding(
            tool="html-validate",
            page=names[Path(file["filePath"]).name],
            what=f"{fault['ruleId']}, line {fault['line']}: {fault['message']}",
        )
        for file in said
        for fault in file["messages"]
        if not IN_TEMPLATE.search(fault.get("selector") or "")
    ]
