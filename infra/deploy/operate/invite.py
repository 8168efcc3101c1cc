"""`./kith invite ENVIRONMENT NAME`: a one-time link that signs a coordinator in to the console.

The link is printed and sent to nobody: whoever runs this hands it on in a way that reaches that one person.
"""

import re
import sys

import click

from functions.usecases.access import sign_in
from infra.deploy.deployment import deployment_of
from infra.deploy.environment import ENVIRONMENT
from infra.deploy.errors import explain_errors

DONE = 0
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


def name_of(text: str) -> str:
    """Return the name of a coordinator or a token; raises click's BadParameter for one that can't be used."""
    if not NAME.fullmatch(text):
        raise click.BadParameter(
            f"{text!r} won't do: small letters, digits and hyphens, a letter first, 32 at most. It stands in "
            "the audit trail for good, so a short name of the office is better than a person's own."
        )
    return text


@click.command()
@ENVIRONMENT
@click.argument(
    "name", metavar="NAME", type=name_of, help="whom the audit trail names for what is done in the console"
)
@click.option("--revoke", is_flag=True, help="sign that coordinator out everywhere, and end open links")
@explain_errors("inviting a coordinator")
def command(*, environment: str, name: str, revoke: bool) -> int:
    """Write a link that signs a coordinator in to the console, once, within ten minutes.

    A session ends after half an hour without a click and after eight hours in any case; then write another
    link.
    """
    services = deployment_of(environment).services()
    if revoke:
        ended = sign_in.revoke(services, name)
        print(f"{name}: {ended.sessions} sessions and {ended.invitations} open invitations ended.")
        return DONE
    print(sign_in.invite(services, name))
    print(
        f"This signs in once, within ten minutes, as {name}. Hand it to that one person, in a message that "
        "nobody else reads: whoever opens it first is in, with everybody's answers before them.",
        file=sys.stderr,
    )
    return DONE
