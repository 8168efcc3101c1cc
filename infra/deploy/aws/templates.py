"""Templates as they are sent: short forms written out, and what is kept called by its plain name.

CloudFormation reads neither aliases nor merged keys. And what a stack leaves behind on purpose (its
`DeletionPolicy` is Retain) it takes in again only under a name that is written out, never under one that it
would have to work out; so those names are worked out here.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

# Which property names what is kept, by its type.
NAMED_BY = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SES::EmailIdentity": "EmailIdentity",
}
VARIABLE = re.compile(r"\$\{([A-Za-z0-9:]+)\}")


class _Loader(yaml.SafeLoader):
    """Reads YAML with CloudFormation's short forms (`!Ref`, `!Sub`) as their long ones."""


def _function(loader: yaml.SafeLoader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _function)


def read(template: Path) -> dict[str, Any]:
    """Return a template of ours with every alias, merged key and short form written out."""
    # Nothing but plain values and CloudFormation's functions is ever made of it.
    found: dict[str, Any] = yaml.load(template.read_text("utf-8"), Loader=_Loader)  # noqa: S506
    return found


def body(template: Path, known: Mapping[str, str]) -> str:
    """Return the template as CloudFormation reads it (JSON), the names of kept resources written out.

    `known` are values by what a template calls them: parameters, `AWS::AccountId`, `AWS::Region`.
    """
    found = read(template)
    for resource in found["Resources"].values():
        name = NAMED_BY.get(resource["Type"])
        if name in resource.get("Properties", {}) and resource.get("DeletionPolicy") == "Retain":
            resource["Properties"][name] = _plain(resource["Properties"][name], found, known)
    return json.dumps(found, separators=(",", ":"))


def _plain(value: Any, template: Mapping[str, Any], known: Mapping[str, str]) -> Any:
    """Return the text that a value comes to; the value itself where it depends on more than is known."""
    if not isinstance(value, dict):
        return value
    (function, argument), *_ = value.items()
    if function == "Ref":
        return known.get(argument, value)
    if function == "Fn::Sub" and isinstance(argument, str):
        named = VARIABLE.findall(argument)
        return VARIABLE.sub(lambda found: known[found[1]], argument) if set(named) <= set(known) else value
    if function == "Fn::If":
        condition, then, otherwise = argument
        holds = _holds(template["Conditions"][condition], known)
        return value if holds is None else _plain(then if holds else otherwise, template, known)
    return value


def _holds(condition: Mapping[str, Any], known: Mapping[str, str]) -> bool | None:
    """Return whether a plain comparison holds; None for anything else."""
    if "Fn::Equals" not in condition:
        return None
    left, right = (
        known.get(side["Ref"]) if isinstance(side, dict) and "Ref" in side else side
        for side in condition["Fn::Equals"]
    )
    return bool(left == right)
