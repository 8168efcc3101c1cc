"""What each stack is told: the environment, what the stacks before it say, the secrets it passes on."""

from pathlib import Path
from urllib.parse import urlsplit

from functions.questionnaires import definitions
from infra.deploy.aws import secrets, templates
from infra.deploy.aws.stacks import TEMPLATES
from infra.deploy.deployment import Deployment

FILES = {
    "data": TEMPLATES / "data.yaml",
    "edge": TEMPLATES / "edge.yaml",
    "events": TEMPLATES / "events.yaml",
    "budget": TEMPLATES / "budget.yaml",
}


def file_of(part: str) -> Path:
    """Return the template of that part."""
    return FILES[part]


def parts(deployment: Deployment) -> tuple[str, ...]:
    """Return the stacks' parts in the order in which they are made; an emulator knows no budgets."""
    return tuple(part for part in FILES if part != "budget" or not deployment.cloud.emulated)


def of(deployment: Deployment, part: str) -> dict[str, str]:
    """Return the parameters of a part's template, from what is known now."""
    environment, cloud = deployment.environment, deployment.cloud
    known = {
        "Name": environment.prefix,
        "Environment": environment.name,
        "Sender": environment.sender,
        "AlarmsTo": environment.alarms_to,
        "Budget": f"{environment.budget:g}",
        "Zone": definitions.programme(environment.programme).zone,
        "Domain": environment.domain or "",
        "Certificate": environment.certificate or "",
        "HostedZone": environment.hosted_zone or "",
        **(deployment.outputs_of("data") or {}),
    }
    asked = templates.read(FILES[part])["Parameters"]
    if part == "edge":
        known["SenderIdentity"] = identity(deployment)
        known["ProvesSender"] = _proves(deployment)
        known["EdgeKey"] = secrets.ensured(cloud, environment).edge_keys[0]
    if part == "events":
        known |= deployment.outputs_of("edge") or {}
    if cloud.endpoint_url:
        known["EmulatorPort"] = str(urlsplit(cloud.endpoint_url).port)
    return {name: known[name] for name in asked if name in known}


def identity(deployment: Deployment) -> str:
    """Return the domain that proves the sender, or nothing where the very address is proved already.

    A domain is proved by records in its DNS, once for every address in it.
    """
    standing = deployment.parameters_of("edge")
    domain = deployment.environment.sender.rpartition("@")[2]
    if standing.get("Sender") == deployment.environment.sender:
        return standing["SenderIdentity"]
    return "" if proved(deployment, deployment.environment.sender) else domain


def _proves(deployment: Deployment) -> str:
    """Return whether this stack has the sender proved: not where SES knows it from elsewhere."""
    sender = deployment.environment.sender
    standing = deployment.parameters_of("edge")
    if standing.get("Sender") == sender:
        return standing["ProvesSender"]
    return "true" if proved(deployment, identity(deployment) or sender) is None else "false"


def proved(deployment: Deployment, identity_: str) -> bool | None:
    """Return whether SES holds an address or a domain for proved; None where it does not know it."""
    mail = deployment.cloud.client("sesv2")
    try:
        found = mail.get_email_identity(EmailIdentity=identity_)
    except mail.exceptions.NotFoundException:
        return None
    return bool(found["VerifiedForSendingStatus"])
