"""`./kith invite ENVIRONMENT NAME`: a one-time link that signs a coordinator in to the console.

The link is printed and sent to nobody: whoever runs this hands it on in a way that reaches that one person.
"""

import argparse
import re
import sys
from collections.abc import Sequence

from functions.usecases.access.sign_in import invite, revoke
from infra.deploy.deployment import found
from infra.deploy.environment import add_choice
from infra.deploy.errors import in_words

DONE = 0
NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")


@in_words("inviting a coordinator")
def run(argv: Sequence[str]) -> int:
    """Do what `argv` says and return the exit status."""
    wanted = _parser().parse_args(argv)
    services = found(wanted.environment).services()
    if wanted.revoke:
        ended = revoke(services, wanted.name)
        print(f"{wanted.name}: {ended.sessions} sessions and {ended.invitations} open invitations ended.")
        return DONE
    print(invite(services, wanted.name))
    print(
        f"This signs in once, within ten minutes, as {wanted.name}. Hand it to that one person, in a message "
        "that nobody else reads: whoever opens it first is in, with everybody's answers before them.",
        file=sys.stderr,
    )
    return DONE


def name(text: str) -> str:
    """Return the name of a coordinator or a token; argparse tells when it is none."""
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text!r} won't do: small letters, digits and hyphens, a letter first, 32 at most. It stands in "
            "the audit trail for good, so a short name of the services is better than a person's own"
        )
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./kith invite",
        description="Write a link that signs a coordinator in to the console, once, within ten minutes. A "
        "session ends after half an hour without a click and after eight hours in any case; then write "
        "another link.",
    )
    add_choice(parser)
    parser.add_argument(
        "name", metavar="NAME", type=name, help="whom the audit trail names for what is done in the console"
    )
    parser.add_argument(
        "--revoke", action="store_true", help="sign that coordinator out everywhere, and end open links"
    )
    return parser
