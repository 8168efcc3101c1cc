"""A deployment that is a table and its secrets, and nothing else: what an operator's commands ask for."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from functions.services import Services
from infra.deploy.aws import secrets
from infra.deploy.aws.cloud import Cloud
from infra.local.emulator import REGION
from tests.conftest import NAME
from tests.infra.deploy.deployed_env import TRIAL, DeployedEnv

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OUTPUTS = {
    "TableName": NAME,
    "RunsQueueUrl": "http://127.0.0.1/runs",
    "MailQueueUrl": "http://127.0.0.1/mail",
    "DistributionDomain": "kith.example",
    "ConfigurationSet": "kith-trial",
}


def cloud_beside(client: "DynamoDBClient") -> Cloud:
    """Return the cloud that the client's table is in: moto's or the emulator's."""
    endpoint = client.meta.endpoint_url
    return Cloud(REGION, endpoint if "127.0.0.1" in endpoint else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operated(DeployedEnv):
    """It keeps the services of each set of secrets: making one takes a while, and tests ask often."""

    offices: dict[str, Services] = field(default_factory=dict)

    def services(self) -> Services:
        held = secrets.ensured(self.cloud, self.environment).link_setting
        if held not in self.offices:
            self.offices[held] = super(Operated, self).services()
        return self.offices[held]


def over(client: "DynamoDBClient") -> Operated:
    """Return the deployment over the client's table."""
    return Operated(environment=TRIAL, cloud=cloud_beside(client), laid=OUTPUTS)
