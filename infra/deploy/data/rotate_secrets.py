"""`./kith rotate-secrets ENVIRONMENT`: new keys, and in between no dead link and no refused request.

    the functions take   links made then open by   the distribution sends
    ─────────────────────────────────────────────────────────────────────────────────────────────
    old                  the old key               the old word
    old, then new        both                      the old word      every link is opened by both now
    new, then old        both                      the new word      what was made meanwhile, too
    new                  the new key               the new word

Where it stands is written in the parameter store before anything follows from it, so whoever repeats the
command goes on where it was broken off. Links that are out in mails keep opening until they expire; with
`--leaked` they don't, for then somebody else may have made them.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import click

from functions.programme.links import Link, Purpose
from functions.services import Services
from functions.storage.access import links
from functions.usecases.access.api_tokens import revoke_tokens
from functions.usecases.access.sign_in import revoke
from infra.deploy.aws import functions, parameters, secrets, stacks
from infra.deploy.aws.secrets import EDGE, LEAKED, LINK, ROTATION, Secrets
from infra.deploy.deployment import Deployment, deployment_of
from infra.deploy.environment import ENVIRONMENT
from infra.deploy.errors import OperatorError, explain_errors
from infra.deploy.release import releases

DONE = 0
AT_ONCE = 8

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """How what is deployed is brought to the secrets as they stand in the parameter store now."""

    functions: Callable[[], None]
    distribution: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What a leak ended: links that were out, of how many people, and what signs in."""

    links: int
    people: int
    sessions: int
    invitations: int
    tokens: int


def switches_of(deployment: Deployment) -> Switches:
    """Return how this deployment's functions and distribution follow the secrets."""
    release = releases.current(deployment)
    if release is None:
        raise OperatorError(
            step="changing the secrets",
            cause="No release was ever put live here.",
            remedy=f"Finish the deployment first: ./kith deploy {deployment.environment.name}",
        )
    environment = deployment.environment

    def distribution() -> None:
        stacks.apply(
            deployment.cloud,
            environment.stack("edge"),
            parameters.file_of("edge"),
            parameters.of(deployment, "edge"),
        )

    return Switches(functions=partial(functions.bring, deployment, release), distribution=distribution)


def rotate(
    deployment: Deployment, switches: Switches, *, leaked: bool = False, tell: Tell = print
) -> Ended | None:
    """Change both keys, or finish what was begun; return what a leak ended, None where there was none."""
    rotation = Rotation(deployment=deployment, leaked=leaked)
    if rotation.stands_at(old_first=True):
        tell("1/4 The functions learn the new keys beside the old ones")
        rotation.put(old_first=True)
        switches.functions()
        tell("2/4 Every link is opened by the new key, too")
        rotation.open_links(tell)
        rotation.put(old_first=False)
    if rotation.stands_at(old_first=False):
        tell("3/4 The functions and the distribution use the new keys")
        switches.functions()
        switches.distribution()
        rotation.open_links(tell)
        rotation.put_new_alone()
    tell("4/4 The functions forget the old keys")
    switches.functions()
    rotation.open_links(tell)
    ended = rotation.end_leaked_access(tell) if rotation.leaked else None
    rotation.finish()
    return ended


class Rotation:
    """One change of both keys, from when its new ones were drawn until nothing knows the old ones."""

    def __init__(self, *, deployment: Deployment, leaked: bool) -> None:
        """Begin, or take up what was begun; it counts as a leak once anybody has said so."""
        self._services = deployment.services()
        self._cloud = deployment.cloud
        self._client = deployment.cloud.client("ssm")
        self._environment = deployment.environment
        name = secrets.where(self._environment, ROTATION)
        begun = json.loads(secrets.kept(self._client, name, partial(_drawn, leaked=leaked)))
        if leaked and not begun["leaked"]:
            begun["leaked"] = True
            secrets.changed(self._client, name, json.dumps(begun))
        self.leaked: bool = begun["leaked"]
        self._new = Secrets.from_settings(begun[LINK], begun[EDGE])

    def stands_at(self, *, old_first: bool) -> bool:
        """Return whether both keys are known, or the old one alone, and which of them is used."""
        held = self._current()
        first_is_old = held.link_key != self._new.link_key
        return first_is_old if old_first else not first_is_old and len(held.link_keys) > 1

    def put(self, *, old_first: bool) -> None:
        """Write that both keys are known, and which of them is used."""
        held, new = self._current(), self._new
        self._put(
            Secrets(
                link_keys=tuple(
                    sorted(
                        {*held.link_keys, *new.link_keys},
                        key=lambda key: (key in new.link_keys) is old_first,
                    )
                ),
                edge_keys=tuple(
                    sorted(
                        {*held.edge_keys, *new.edge_keys},
                        key=lambda key: (key in new.edge_keys) is old_first,
                    )
                ),
            )
        )

    def put_new_alone(self) -> None:
        """Write that the old keys are known no more."""
        self._put(self._new)

    def open_links(self, tell: Tell, *, alone: bool = False) -> None:
        """Let every link that opens something be opened by its token of the new key, or by that alone."""
        open_links(self._services, self._new.link_key, tell, alone=alone)

    def end_leaked_access(self, tell: Tell) -> Ended:
        """End all access that the old keys could have made; return what that was."""
        services = self._services
        tell("    What may have leaked is ended")
        signed_in = revoke(services)
        out = [
            link
            for link in links.without_key(services.table, self._new.link_key, services.clock(), alone=True)
            if link.purpose is not Purpose.SIGN_IN
        ]
        self.open_links(tell, alone=True)
        # A function that had begun before it forgot the old key may have made one more link meanwhile.
        self.open_links(tell, alone=True)
        return Ended(
            links=len(out),
            people=len({link.person_id for link in out}),
            sessions=signed_in.sessions,
            invitations=signed_in.invitations,
            tokens=len(revoke_tokens(services)),
        )

    def finish(self) -> None:
        """Forget that keys were being changed; of a leak is kept when it was dealt with."""
        if self.leaked:
            now = self._services.clock().isoformat()
            secrets.changed(self._client, secrets.where(self._environment, LEAKED), now)
        self._client.delete_parameters(Names=[secrets.where(self._environment, ROTATION)])

    def _current(self) -> Secrets:
        return secrets.ensured(self._cloud, self._environment)

    def _put(self, held: Secrets) -> None:
        # The link key's parameter says how far we are, so it is written last.
        secrets.changed(self._client, secrets.where(self._environment, EDGE), held.edge_setting)
        secrets.changed(self._client, secrets.where(self._environment, LINK), held.link_setting)


def open_links(services: Services, key: bytes, tell: Tell, *, alone: bool = False) -> int:
    """Let every link that opens something be opened by its token of this key, too or alone; return how many.

    A link that is used up or forgotten meanwhile stays so.
    """
    wanting = list(links.without_key(services.table, key, services.clock(), alone=alone))

    def change(link: Link) -> None:
        services.table.write_unaudited(
            links.rekeying(link.id, key, alone=alone), idempotency_key=f"opening:{link.id}"
        )

    with ThreadPoolExecutor(AT_ONCE) as hands:
        for number, _ in enumerate(hands.map(change, wanting), 1):
            if number % 500 == 0:
                tell(f"    {number} of {len(wanting)} links")
    return len(wanting)


def _drawn(*, leaked: bool) -> str:
    return json.dumps({LINK: secrets.new_link_key(), EDGE: secrets.new_edge_key(), "leaked": leaked})


def _of_the_leak(ended: Ended) -> str:
    return (
        f"Ended: {ended.links} links in mails of {ended.people} people, {ended.sessions} sessions of "
        f"coordinators, {ended.invitations} open invitations, {ended.tokens} tokens of machines.\n"
        "Links in mails sent until now no longer open, those to stop mail among them. People can ask for a "
        "fresh link to their data at /my/place/; later mails carry new links. Invite coordinators again "
        "(./kith invite) and write new tokens (./kith token)."
    )


@click.command()
@ENVIRONMENT
@click.option(
    "--leaked",
    is_flag=True,
    help="somebody else may know the old keys: links in mails, sessions, invitations and tokens end",
)
@explain_errors("changing the secrets")
def command(*, environment: str, leaked: bool) -> int:
    """Make a new link key and a new edge key.

    Nothing stops meanwhile, and mailed links go on opening. Broken off, repeat it: it goes on where it was.
    """
    deployment = deployment_of(environment)
    ended = rotate(deployment, switches_of(deployment), leaked=leaked)
    print("Both keys are new; the old ones open nothing new.")
    if ended is not None:
        print(_of_the_leak(ended))
    return DONE
