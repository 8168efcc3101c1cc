"""A deployment that has its buckets and a distribution, and nothing else: what releases and pages ask for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.build import zips
from infra.deploy.aws.cloud import Cloud
from infra.deploy.deployment import Deployment
from infra.deploy.environment import Environment

TRIAL = Environment(
    name="trial",
    programme="first-year",
    region="eu-central-1",
    sender="mentoring@kith.example",
    alarms_to="operator@kith.example",
    budget=10,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedEnv(Deployment):
    """Its outputs are what was laid, without stacks."""

    laid: Mapping[str, str]

    def outputs(self) -> Mapping[str, str]:
        return self.laid


def with_buckets(cloud: Cloud) -> DeployedEnv:
    """Return the deployment, its buckets new and empty."""
    names = {"SiteBucket": "kith-trial-site-1", "ReleasesBucket": "kith-trial-releases-1"}
    for bucket in names.values():
        cloud.client("s3").create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": cloud.region}
        )
    return DeployedEnv(environment=TRIAL, cloud=cloud, laid=names)


def with_distribution(deployment: DeployedEnv) -> DeployedEnv:
    """Return the deployment with a distribution of its site bucket."""
    origin = f"{deployment.laid['SiteBucket']}.s3.{deployment.cloud.region}.amazonaws.com"
    edge = deployment.cloud.client("cloudfront")
    access = edge.create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "site",
            "OriginAccessControlOriginType": "s3",
            "SigningBehavior": "always",
            "SigningProtocol": "sigv4",
        }
    )["OriginAccessControl"]["Id"]
    made = edge.create_distribution(
        DistributionConfig={
            "CallerReference": "site",
            "Comment": "",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "site",
                        "DomainName": origin,
                        "OriginAccessControlId": access,
                        "S3OriginConfig": {"OriginAccessIdentity": ""},
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "site",
                "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            },
        }
    )["Distribution"]
    deployment.cloud.client("s3").put_bucket_policy(
        Bucket=deployment.laid["SiteBucket"],
        Policy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "cloudfront.amazonaws.com"},
                        "Action": "s3:GetObject",
                        "Resource": f"arn:aws:s3:::{deployment.laid['SiteBucket']}/*",
                        "Condition": {"StringEquals": {"AWS:SourceArn": made["ARN"]}},
                    }
                ],
            }
        ),
    )
    named = {"DistributionId": made["Id"], "DistributionDomain": made["DomainName"]}
    return DeployedEnv(environment=TRIAL, cloud=deployment.cloud, laid={**deployment.laid, **named})


def built(folder: Path, *, site: Mapping[str, str], functions: str = "one") -> Path:
    """Write what a build leaves behind, as small as can be; `functions` is what tells its zips apart."""
    (folder / "zips").mkdir(parents=True, exist_ok=True)
    for name in zips.FUNCTIONS:
        (folder / "zips" / f"{name}.zip").write_bytes(f"{name} {functions}".encode())
    pages(folder / "site", site)
    return folder


def pages(folder: Path, site: Mapping[str, str]) -> Path:
    """Write a site."""
    for name, text in site.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def stored(deployment: DeployedEnv, bucket: str) -> dict[str, Any]:
    """Return everything in a bucket, by its key."""
    found = deployment.cloud.client("s3").list_objects_v2(Bucket=deployment.laid[bucket])
    return {item["Key"]: item for item in found.get("Contents", ())}
