"""A deployed environment as every command sees it: its stacks' outputs, its address, its services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from functions.bootstrap import build_services
from functions.programme.cohort import Cohort, Stage, stage_of
from functions.questionnaires import definitions
from functions.services import Services
from functions.settings import settings_from
from functions.storage.enrolment import cohorts
from infra.deploy import environment as environments
from infra.deploy.aws import secrets
from infra.deploy.aws.cloud import Cloud, cloud_for
from infra.deploy.aws.stacks import SPENT
from infra.deploy.environment import Environment
from infra.deploy.errors import OperatorError

# The stacks that say where things are, in the order in which they are made.
PARTS = ("data", "edge", "events")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One environment in its account, deployed or about to be."""

    environment: Environment
    cloud: Cloud

    def outputs(self) -> Mapping[str, str]:
        """Return what all stacks say, by the names of their outputs.

        Raises `OperatorError` when not deployed.
        """
        found: dict[str, str] = {}
        for part in PARTS:
            found |= self.outputs_of(part) or {}
        if "TableName" not in found or "DistributionDomain" not in found:
            name = self.environment.name
            raise OperatorError(
                step="looking for the deployment",
                cause=f"The environment `{name}` is not deployed in {self.cloud.region}"
                f"{', or only in part' if found else ''}.",
                remedy=f"Deploy it first: ./kith deploy {name}",
            )
        return found

    def outputs_of(self, part: str) -> dict[str, str] | None:
        """Return what one stack says; None without such a stack."""
        stack = self._stack(part)
        if stack is None:
            return None
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", ())}

    def parameters_of(self, part: str) -> dict[str, str]:
        """Return the parameters that a stack was last given, secrets masked; none while it does not stand."""
        stack = self._stack(part)
        asked = stack.get("Parameters", ()) if stack and stack["StackStatus"] not in SPENT else ()
        return {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in asked}

    def _stack(self, part: str) -> Mapping[str, Any] | None:
        formation = self.cloud.client("cloudformation")
        try:
            stack: Mapping[str, Any] = formation.describe_stacks(StackName=self.environment.stack(part))[
                "Stacks"
            ][0]
        except ClientError as fault:
            if "does not exist" in fault.response["Error"]["Message"]:
                return None
            raise
        return stack

    def origin(self) -> str:
        """Return the public address, without a final slash."""
        if self.environment.domain:
            return f"https://{self.environment.domain}"
        return self.cloud.origin_of(self.outputs()["DistributionDomain"])

    def variables(self) -> dict[str, str]:
        """Return what the functions have in their environment, secrets included: never to be printed."""
        outputs, held = self.outputs(), secrets.ensured(self.cloud, self.environment)
        return {
            "KITH_TABLE": outputs["TableName"],
            "KITH_RUNS_QUEUE": outputs["RunsQueueUrl"],
            "KITH_MAIL_QUEUE": outputs["MailQueueUrl"],
            "KITH_ORIGIN": self.origin(),
            "KITH_SENDER": self.environment.sender,
            "KITH_PROGRAMME": self.environment.programme,
            "KITH_LINK_KEY": held.link_setting,
            "KITH_CONFIGURATION_SET": outputs["ConfigurationSet"],
            "KITH_EDGE_KEYS": held.edge_setting,
        }

    def services(self) -> Services:
        """Return the services over the deployed table, which acts with the operator's own credentials."""

        def client(service: str, config: Config) -> Any:
            return self.cloud.client(service, config=config)

        return build_services(settings_from(self.variables()), client)

    def next_cohort(self) -> tuple[Cohort, bool]:
        """Return the cohort that the site is for, and whether it is opened.

        It is the first that can still be enrolled in: of those opened, and of the one that the programme's
        calendar has. Where there is none, it is the latest.
        """
        programme = definitions.programme(self.environment.programme)
        planned = programme.cohort(programme.calendar.opens_on)
        if self.outputs_of("edge") is None:
            return planned, False
        opened = [
            cohort for cohort in cohorts.every(self.services().table) if cohort.programme == programme.id
        ]
        known = {cohort.id: cohort for cohort in (planned, *opened)}
        in_order = sorted(known.values(), key=lambda cohort: cohort.opens_on)
        now = datetime.now(UTC)
        coming = (cohort for cohort in in_order if _can_be_enrolled_in(cohort, now))
        shown = next(coming, in_order[-1])
        return shown, any(cohort.id == shown.id for cohort in opened)


def _can_be_enrolled_in(cohort: Cohort, now: datetime) -> bool:
    """Whether people can enrol in it now, or will be able to."""
    return stage_of(cohort, cohort.today(now)) in (Stage.DRAFT, Stage.ENROLLING)


def deployment_of(name: str) -> Deployment:
    """Return the environment of that name where it is.

    Raises `OperatorError` for a file that can't be used.
    """
    environment = environments.read(name)
    return Deployment(environment=environment, cloud=cloud_for(environment))
