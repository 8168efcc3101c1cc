"""What the API gives of a questionnaire: its canonical definition, and the JSON Schema of its answers."""

from marshmallow import Schema, fields

from functions.programme.questionnaire import Kind, Layout, Use


def _words() -> fields.Dict:
    """Return words by language code."""
    return fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ChoiceSchema(Schema):
    """One answer that a question offers."""

    name = fields.String(required=True)
    labels = _words()


class QuestionSchema(Schema):
    """One question, as `functions.programme.questionnaire` says it."""

    name = fields.String(required=True)
    kind = fields.Enum(Kind, by_value=True, required=True)
    layout = fields.Enum(Layout, by_value=True, required=True)
    use = fields.Enum(Use, by_value=True, required=True)
    labels = _words()
    hints = _words()
    required = fields.Boolean(required=True)
    minimum = fields.Integer(required=True, allow_none=True)
    maximum = fields.Integer(required=True, allow_none=True)
    choices = fields.List(fields.Nested(ChoiceSchema), required=True)
    shown_if = fields.List(fields.String(), required=True, allow_none=True)
    alone = fields.String(required=True)
    hours = fields.List(fields.Integer(), required=True, allow_none=True)
    match = _words()


class StepSchema(Schema):
    """Questions that stand together."""

    name = fields.String(required=True)
    labels = _words()
    hints = _words()
    questions = fields.List(fields.Nested(QuestionSchema), required=True)


class QuestionnaireSchema(Schema):
    """A whole questionnaire; `answers` is the JSON Schema (2020-12) of the answers to it."""

    name = fields.String(required=True)
    version = fields.String(required=True)
    titles = _words()
    languages = fields.List(fields.String(), required=True)
    steps = fields.List(fields.Nested(StepSchema), required=True)
    answers = fields.Dict(required=True)
