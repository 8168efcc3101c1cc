"""What the API gives as a cohort's report: counts alone, nobody's name."""

from marshmallow import Schema, fields

from functions.programme.cohort import Stage
from functions.programme.health import Health
from functions.programme.pairing import CheckinAnswer
from functions.programme.people import Role
from functions.programme.programme import Moment


def _counts(of: type) -> fields.Dict:
    return fields.Dict(keys=fields.Enum(of, by_value=True), values=fields.Integer(), required=True)


class WeekSchema(Schema):
    """One week since the introductions."""

    number = fields.Integer(required=True)
    starts_on = fields.Date(required=True)
    first_contacts = fields.Integer(required=True)
    first_meetings = fields.Integer(required=True)


class InTimeSchema(Schema):
    """How many of the pairings old enough to tell had reached it by its day."""

    reached = fields.Integer(required=True)
    old_enough = fields.Integer(required=True)


class CheckinSchema(Schema):
    """One check-in over all pairings."""

    number = fields.Integer(required=True)
    asked = fields.Integer(required=True)
    silent = fields.Integer(required=True)
    answers = _counts(CheckinAnswer)


class SurveyQuestionSchema(Schema):
    """One question's answers: words are left out, for they may tell who wrote them."""

    name = fields.String(attribute="question.name", required=True)
    answered = fields.Integer(required=True)
    mean = fields.Float(required=True, allow_none=True)
    counts = fields.List(fields.Tuple((fields.String(), fields.Integer())), required=True)


class SurveySchema(Schema):
    """One survey; hidden while there are fewer than five answers."""

    asked = fields.Integer(required=True)
    answered = fields.Integer(required=True)
    hidden = fields.Boolean(required=True)
    questions = fields.List(fields.Nested(SurveyQuestionSchema), required=True)


class ReportSchema(Schema):
    """How a cohort goes, on one day of its own zone."""

    cohort_id = fields.String(attribute="cohort.id", required=True)
    stage = fields.Enum(Stage, by_value=True, required=True)
    today = fields.Date(required=True)
    applied = _counts(Role)
    confirmed = _counts(Role)
    matched = _counts(Role)
    pairings = fields.Integer(required=True)
    first_contact = fields.Nested(InTimeSchema, required=True)
    fast_start = fields.Nested(InTimeSchema, required=True)
    weeks = fields.List(fields.Nested(WeekSchema), required=True)
    checkins = fields.List(fields.Nested(CheckinSchema), required=True)
    health = _counts(Health)
    surveys = fields.Dict(
        keys=fields.Enum(Moment, by_value=True), values=fields.Nested(SurveySchema), required=True
    )
