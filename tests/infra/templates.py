"""The templates of `infra/deploy/cloudformation/`, parsed, and a few ways to read them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from cfnlint.decode import cfn_yaml

from infra.local.provisioning import TEMPLATE

FOLDER = TEMPLATE.parent
NAMES = sorted(path.name for path in FOLDER.glob("*.yaml"))

Resource = dict[str, Any]


@cache
def template(name: str) -> dict[str, Any]:
    """Return a template, its short forms (`!Ref`) as the long ones."""
    decoded: dict[str, Any] = cfn_yaml.load(str(FOLDER / name))
    return decoded


def properties(name: str, resource: str) -> dict[str, Any]:
    """Return what a template says of one resource."""
    said: dict[str, Any] = template(name)["Resources"][resource]["Properties"]
    return said


def of_kind(name: str, kind: str) -> dict[str, Resource]:
    """Return the template's resources of a kind, by their names."""
    return {said: made for said, made in template(name)["Resources"].items() if made["Type"] == kind}


def on_aws(said: Any) -> Any:
    """Return the value as it is where nothing is emulated: the second branch of each such choice."""
    if isinstance(said, dict):
        if "Fn::If" in said and said["Fn::If"][0] == "Emulated":
            return on_aws(said["Fn::If"][2])
        return {name: on_aws(value) for name, value in said.items()}
    return [on_aws(value) for value in said] if isinstance(said, list) else said


def statements() -> Iterator[tuple[str, Resource]]:
    """Yield every statement of every policy in every template, with the name of what it belongs to."""
    for name in NAMES:
        for resource, made in template(name)["Resources"].items():
            said = on_aws(made.get("Properties", {}))
            documents = [policy["PolicyDocument"] for policy in said.get("Policies", ())]
            documents += [
                said[name] for name in ("PolicyDocument", "AssumeRolePolicyDocument") if name in said
            ]
            for document in documents:
                yield from ((resource, statement) for statement in document["Statement"])


def listed(said: Any) -> list[Any]:
    """Return one or several as a list."""
    return said if isinstance(said, list) else [said]
