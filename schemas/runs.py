"""What the API takes and gives about runs."""

from typing import ClassVar

from marshmallow import RAISE, Schema, fields, validate

from functions.matching import Finding
from functions.programme.people import Role
from functions.programme.run import RunState

LARGEST_SEED = 2**31 - 1


class StartRunSchema(Schema):
    """The wish for a run. Both parts may be left out."""

    class Meta:
        """Any other name is refused: a misspelt field does not stand for the default."""

        unknown = RAISE

    policy = fields.String(
        validate=validate.Length(min=1, max=60),
        metadata={"description": "A policy of the programme; left out, the cohort's own."},
    )
    seed = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=LARGEST_SEED),
        metadata={"description": "Decides between pairings that are exactly as good; 0 when left out."},
    )


class StartedRunSchema(Schema):
    """A run that was started: the same answer however often the request is repeated."""

    id = fields.String(required=True)
    address = fields.String(required=True, metadata={"description": "Where to look; also in Location."})


class RunQuerySchema(Schema):
    """How a run is to be told."""

    class Meta:
        """Any other name is refused: a misspelt field does not stand for the default."""

        unknown = RAISE

    lang = fields.String(
        validate=validate.Length(min=2, max=35),
        metadata={
            "description": "The language of every sentence in the answer, such as `ar`: one that the "
            "programme speaks, or `en`. Left out, Accept-Language decides, then the programme's first. "
            "Content-Language says which it is."
        },
    )


class ReasonSchema(Schema):
    """What one criterion gave a pair, and what it found: `finding` for machines, `text` for people."""

    criterion = fields.String(required=True)
    finding = fields.Enum(Finding, by_value=True, required=True)
    points = fields.Integer(required=True)
    text = fields.String(required=True)


class PairSchema(Schema):
    """One proposed pair; the points of its reasons add up to its score."""

    mentor_id = fields.String(required=True)
    mentee_id = fields.String(required=True)
    score = fields.Integer(required=True)
    reasons = fields.List(fields.Nested(ReasonSchema), required=True)


class UnmatchedSchema(Schema):
    """Somebody without a place in this run, with all that holds for them."""

    person_id = fields.String(required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    reasons = fields.List(fields.String(), required=True)
    smallest_change = fields.String(required=True)


class RunSchema(Schema):
    """A run as it stands. Its lists are empty until it is proposed."""

    OF_THE_RUN: ClassVar[tuple[str, ...]] = (
        "id",
        "cohort_id",
        "state",
        "policy",
        "seed",
        "progress",
        "summary",
        "requested_at",
        "snapshot_sha256",
    )

    id = fields.String(required=True)
    cohort_id = fields.String(required=True)
    state = fields.Enum(RunState, by_value=True, required=True)
    policy = fields.String(required=True)
    seed = fields.Integer(required=True)
    progress = fields.Integer(required=True, metadata={"description": "0 to 100."})
    summary = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    requested_at = fields.AwareDateTime(format="iso", required=True)
    snapshot_sha256 = fields.String(required=True, allow_none=True)
    failure = fields.String(required=True, allow_none=True)
    notes = fields.List(
        fields.String(), required=True, metadata={"description": "What is to be known of it as a whole."}
    )
    pairs = fields.List(fields.Nested(PairSchema), required=True)
    unmatched = fields.List(fields.Nested(UnmatchedSchema), required=True)
    further_places = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What one more place of a mentor would bring, the most helpful first."},
    )


class PublishedRunSchema(Schema):
    """A run that is published."""

    id = fields.String(required=True)
    state = fields.Enum(RunState, by_value=True, required=True)
