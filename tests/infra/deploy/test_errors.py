"""What AWS refuses becomes a sentence with a way on: here in botocore's words, elsewhere in real ones."""

import boto3
import pytest
from botocore import exceptions as aws
from botocore.config import Config

from infra.deploy.aws.cloud import Cloud
from infra.deploy.errors import OperatorError, during, explain_errors, report


def answered(code: str, message: str, call: str = "CreateTable") -> aws.ClientError:
    return aws.ClientError({"Error": {"Code": code, "Message": message}}, call)


def error(fault: Exception) -> OperatorError:
    with pytest.raises(OperatorError) as caught, during("making the table"):
        raise fault
    return caught.value


def test_a_missing_permission_is_named_with_its_step() -> None:
    said = "User: arn:aws:iam::1:user/a is not authorized to perform: dynamodb:CreateTable on resource: x"

    found = error(answered("AccessDeniedException", said))

    assert found.step == "making the table"
    assert "may not do dynamodb:CreateTable" in found.cause
    assert "allow dynamodb:CreateTable" in found.remedy


def test_a_permission_that_aws_does_not_name_is_known_by_its_call() -> None:
    assert "the call PutObject" in error(answered("AccessDenied", "Access Denied", "PutObject")).cause


@pytest.mark.parametrize(
    "fault",
    [
        answered("ExpiredToken", "The security token included in the request is expired"),
        answered("ExpiredTokenException", "expired"),
        aws.UnauthorizedSSOTokenError(),
        aws.SSOTokenLoadError(error_msg="no token"),
        aws.TokenRetrievalError(provider="sso", error_msg="refresh failed"),
    ],
)
def test_an_expired_session_is_told_how_to_sign_in_again(fault: Exception) -> None:
    found = error(fault)

    assert "expired" in found.cause
    assert "aws sso login" in found.remedy


@pytest.mark.parametrize(
    "fault",
    [
        aws.NoCredentialsError(),
        aws.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        answered("InvalidClientTokenId", "The security token included in the request is invalid."),
    ],
)
def test_without_credentials_that_aws_accepts_one_is_told_how_to_sign_in(fault: Exception) -> None:
    assert "aws sso login" in error(fault).remedy


def test_a_profile_that_is_not_there_is_told_where_profiles_stand() -> None:
    assert "AWS_PROFILE" in error(aws.ProfileNotFound(profile="uni")).remedy


def test_a_taken_name_of_a_bucket_asks_for_another_name() -> None:
    found = error(answered("BucketAlreadyExists", "The requested bucket name is not available."))

    assert "another name" in found.remedy


def test_what_nobody_foresaw_keeps_the_words_of_aws() -> None:
    found = error(answered("ValidationException", "Too many tables"))

    assert "AWS refused CreateTable: Too many tables. (ValidationException)" in found.cause


def test_without_a_network_one_is_told_to_look_at_it() -> None:
    nowhere = Cloud("eu-central-1", "http://127.0.0.1:9")  # the port that discards, where nothing listens

    with pytest.raises(OperatorError) as found, during("signing in"):
        nowhere.client("sts", config=Config(retries={"total_max_attempts": 1})).get_caller_identity()

    assert "can't be reached" in found.value.cause
    assert "network" in found.value.remedy


def test_a_command_ends_with_words_and_not_with_a_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    @explain_errors("reading the status")
    def run() -> int:
        raise aws.NoCredentialsError

    status = run()

    said = capsys.readouterr().err
    assert status == 2
    assert "stopped at: reading the status" in said
    assert "aws sso login" in said


def test_what_is_half_done_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    report(
        OperatorError(step="s", cause="c", remedy="w", partial_state="done: the data\nnot begun: the site")
    )

    said = capsys.readouterr().err
    assert "done: the data" in said
    assert "not begun: the site" in said


def test_a_session_of_the_caller_reaches_a_child_process_whole() -> None:
    session = boto3.session.Session("AKIDEXAMPLE", "secret", "token", region_name="eu-west-1")

    found = Cloud("eu-west-1", "http://127.0.0.1:9", session).variables()

    assert found == {
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SESSION_TOKEN": "token",
    }
