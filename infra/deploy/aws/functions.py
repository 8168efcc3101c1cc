"""The four functions, deployed by Zappa from zips that are kept, and looked at afterwards.

Zappa can end well without having done what was asked: it refuses to deploy what is there, it leaves variables
that nobody sets any more, and its exit status says little. So what is there is read before, to leave alone
what is right, and after, code and configuration, to believe nothing that can't be seen.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import ROOT
from infra.deploy.deployment import Deployment
from infra.deploy.environment import STAGES
from infra.deploy.errors import ACTION, AGAIN, OperatorError, allow, during
from infra.deploy.release.releases import Release

SETTINGS = ROOT / "zappa_settings.json"
ZAPPA = (sys.executable, "-m", "zappa.cli")
# Only the web function is behind the distribution, and only it needs to know what that one sends.
FOR_WEB_ALONE = "KITH_EDGE_KEYS"
# Where Zappa reads its settings, secrets included: the folder is called after the process that wrote them.
FOLDER = "kith-zappa-"
FOR_WEB = {"KITH_ANSWERS_PAGES": "1"}
LOG_FORMAT = "JSON"
LONGEST_SECONDS = 600
READY_SECONDS = 120

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one stage's function is to be. `settings` is Zappa's stage, secrets included: never printed."""

    stage: str
    name: str
    bucket: str
    key: str
    sha256: str
    settings: Mapping[str, Any]

    def faults_in(self, found: Mapping[str, Any] | None) -> list[str]:
        """Return the names of the settings that are wrong; none means that the function is right."""
        if found is None:
            return ["function"]
        should = {
            "CodeSha256": self.sha256,
            "Handler": self.settings["lambda_handler"],
            "Runtime": self.settings["runtime"],
            "MemorySize": self.settings["memory_size"],
            "Timeout": self.settings["timeout_seconds"],
            "Role": self.settings["role_arn"],
            "Architectures": [self.settings["architecture"]],
            "Environment": {"Variables": self.settings["aws_environment_variables"]},
        }
        found = {"Environment": {"Variables": {}}, **found}
        # Of a variable only the name is told.
        faults = [name for name, value in should.items() if _plain(found.get(name)) != _plain(value)]
        return faults if _log_format(found) == LOG_FORMAT else [*faults, "LogFormat"]


def bring(
    deployment: Deployment,
    release: Release,
    stages: Iterable[str] = STAGES,
    tell: Tell = print,
) -> None:
    """Bring the functions of these stages to a release's code and to what their settings say.

    What is right already is left alone. Raises `OperatorError` unless everything is right afterwards.
    """
    remove_leftover_settings()
    outputs, variables = deployment.outputs(), deployment.variables()
    all_wanted = [_wanted(deployment, release, stage, outputs, variables) for stage in stages]
    with ExitStack() as running:
        begun = [
            (wanted, running.enter_context(_beginning(deployment, wanted, tell))) for wanted in all_wanted
        ]
        messages = [(wanted, child.output()) for wanted, child in begun if child is not None]
    for wanted, words in messages:
        with during(f"the function {wanted.name}"):
            _log_with_ids(deployment, wanted.name)
            if faults := wanted.faults_in(_ready(deployment, wanted.name)):
                raise _unbelieved(wanted.name, faults, words)
        tell(f"  {wanted.name} is as it should be now")


def remove(deployment: Deployment, stages: Iterable[str] = STAGES, tell: Tell = print) -> None:
    """Remove the functions of these stages; one that is not there is skipped."""
    names = {stage: deployment.environment.function(stage) for stage in stages}
    standing = {stage: name for stage, name in names.items() if _found(deployment, name) is not None}
    with ExitStack() as running:
        begun = []
        for stage, name in standing.items():
            settings = {**_base(stage), "aws_region": deployment.cloud.region, "role_arn": "none"}
            child = Zappa(deployment, "undeploy", stage, settings, "--yes")
            running.callback(child.end)
            begun.append((name, child))
        messages = [(name, child.output()) for name, child in begun]
    for name, words in messages:
        with during(f"removing the function {name}"):
            if _found(deployment, name) is not None:
                raise _unbelieved(name, ["function"], words)
        tell(f"  {name} removed")


def remove_leftover_settings() -> None:
    """Remove the settings, secrets included, that a killed process left behind."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*-*"):
        wrote = folder.name.removeprefix(FOLDER).partition("-")[0]
        if wrote.isdecimal() and not _runs(int(wrote)):
            shutil.rmtree(folder, ignore_errors=True)


def digest_of(release: Release, stage: str) -> str:
    """Return the digest of a release's zip for that stage as Lambda writes it."""
    return base64.b64encode(bytes.fromhex(release.digests[f"{stage}.zip"])).decode("ascii")


def found(deployment: Deployment, stage: str) -> Mapping[str, Any] | None:
    """Return the configuration of a stage's function as it is; None where there is none."""
    return _found(deployment, deployment.environment.function(stage))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


@contextmanager
def _beginning(deployment: Deployment, wanted: Wanted, tell: Tell) -> Iterator["Zappa | None"]:
    """Have Zappa begin, unless the function is right already; it is stopped if nobody waits for its end."""
    with during(f"the function {wanted.name}"):
        standing = _ready(deployment, wanted.name)
        if wanted.faults_in(standing):
            if standing is not None:
                _let_go(deployment, wanted, standing)
            child = Zappa(
                deployment,
                "update" if standing else "deploy",
                wanted.stage,
                wanted.settings,
                "--zip",
                f"s3://{wanted.bucket}/{wanted.key}",
            )
        else:
            tell(f"  {wanted.name} is right already")
            child = None
    try:
        yield child
    finally:
        if child is not None:
            child.end()


def _let_go(deployment: Deployment, wanted: Wanted, standing: Mapping[str, Any]) -> None:
    """Change what Zappa's update leaves as it was: variables set no more, and the processor."""
    functions = deployment.cloud.client("lambda")
    variables = standing.get("Environment", {}).get("Variables", {})
    kept = {
        name: text for name, text in variables.items() if name in wanted.settings["aws_environment_variables"]
    }
    if kept != variables:
        functions.update_function_configuration(FunctionName=wanted.name, Environment={"Variables": kept})
        _ready(deployment, wanted.name)
    if standing.get("Architectures") != [wanted.settings["architecture"]]:
        functions.update_function_code(
            FunctionName=wanted.name,
            S3Bucket=wanted.bucket,
            S3Key=wanted.key,
            Architectures=[wanted.settings["architecture"]],
        )
        _ready(deployment, wanted.name)


def _log_with_ids(deployment: Deployment, name: str) -> None:
    """Have the function log in Lambda's JSON, which Zappa doesn't know of: the plain format drops all ids."""
    standing = _ready(deployment, name)
    if standing is not None and _log_format(standing) != LOG_FORMAT:
        deployment.cloud.client("lambda").update_function_configuration(
            FunctionName=name, LoggingConfig={"LogFormat": LOG_FORMAT}
        )


def _log_format(found: Mapping[str, Any]) -> str:
    return str(found.get("LoggingConfig", {}).get("LogFormat", ""))


def _wanted(
    deployment: Deployment,
    release: Release,
    stage: str,
    outputs: Mapping[str, str],
    variables: Mapping[str, str],
) -> Wanted:
    own = {name: text for name, text in variables.items() if stage == "web" or name != FOR_WEB_ALONE}
    base = _base(stage)
    settings = {
        **base,
        "architecture": release.architecture or base["architecture"],
        "role_arn": outputs[f"{stage.capitalize()}RoleArn"],
        "aws_region": deployment.cloud.region,
        "s3_bucket": outputs["ReleasesBucket"],
        "aws_environment_variables": {**own, **(FOR_WEB if stage == "web" else {})},
        "tags": {"kith": deployment.environment.prefix},
    }
    return Wanted(
        stage=stage,
        name=deployment.environment.function(stage),
        bucket=outputs["ReleasesBucket"],
        key=release.key(f"{stage}.zip"),
        sha256=digest_of(release, stage),
        settings=settings,
    )


def _base(stage: str) -> dict[str, Any]:
    base: dict[str, Any] = json.loads(SETTINGS.read_text("utf-8"))[stage]
    return base


def _found(deployment: Deployment, name: str) -> Mapping[str, Any] | None:
    functions = deployment.cloud.client("lambda")
    try:
        configuration: Mapping[str, Any] = functions.get_function_configuration(FunctionName=name)
    except functions.exceptions.ResourceNotFoundException:
        return None
    return configuration


def _ready(deployment: Deployment, name: str) -> Mapping[str, Any] | None:
    """Return the function once nothing changes it any more; None where there is none."""
    until = time.monotonic() + READY_SECONDS
    configuration = _found(deployment, name)
    while configuration is not None and (
        configuration.get("State") == "Pending" or configuration.get("LastUpdateStatus") == "InProgress"
    ):
        if time.monotonic() > until:
            break
        time.sleep(0.05 if deployment.cloud.emulated else 1.0)
        configuration = _found(deployment, name)
    return configuration


class Zappa:
    """One of Zappa's commands under way, on settings that exist for as long as it runs."""

    def __init__(
        self, deployment: Deployment, command: str, stage: str, settings: Mapping[str, Any], *arguments: str
    ) -> None:
        """Begin it."""
        self._secrets = settings.get("aws_environment_variables", {})
        # Nobody but this user enters it.
        self._folder = tempfile.TemporaryDirectory(prefix=f"{FOLDER}{os.getpid()}-")
        file = Path(self._folder.name, "zappa_settings.json")
        name = f"{stage}-{deployment.environment.name}"
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump({name: settings}, out)
        # With --json it asks no registry whether there is a newer Zappa.
        self._process = subprocess.Popen(
            [*ZAPPA, command, name, "--settings_file", str(file), "--json", *arguments],
            cwd=self._folder.name,
            env={**_inherited(), **deployment.cloud.variables()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def output(self) -> str:
        """Wait for its end, and return its output without the secrets."""
        try:
            messages, _ = self._process.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            self.end()
            messages = f"It was stopped after {LONGEST_SECONDS} s."
        return _without_secrets(messages, self._secrets)

    def end(self) -> None:
        """End it if it still runs, and leave nothing of its settings."""
        with self._process as process:
            process.terminate()
        self._folder.cleanup()


def _inherited() -> dict[str, str]:
    """Return our environment without what would lead Zappa to another account or region."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "KITH_"))}


def _without_secrets(messages: str, variables: Mapping[str, str]) -> str:
    for name, value in variables.items():
        if len(value) > 1:
            messages = messages.replace(value, f"({name})")
    return messages


def _unbelieved(name: str, faults: list[str], messages: str) -> OperatorError:
    last = [line for line in messages.splitlines() if line.strip() and not line.startswith("=")][-4:]
    denied = ACTION.search(messages)
    return OperatorError(
        step=f"the function {name}",
        cause=f"Zappa ended, and these are not as they should be: {', '.join(faults)}. It said last:\n"
        + "\n".join(line[:200] for line in last),
        remedy=allow(denied[1]) if denied else AGAIN,
        partial_state=f"{name} may run the earlier code; the other functions are as they were.",
    )


def _plain(value: object) -> str:
    """Return a value in one form, so that an empty part and a missing one are alike."""
    return json.dumps(value, sort_keys=True, default=str)
