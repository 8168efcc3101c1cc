"""A small questionnaire with a question of every kind, and questions made to order."""

from typing import Any

from functions.programme.questionnaire import Choice, Kind, Question, Questionnaire, Step, Use

COLOURS = ("red", "green", "blue", "yellow")


def question(name: str, kind: Kind, **differences: Any) -> Question:
    """Return a question, required and with nothing special about it but what is said."""
    usual: dict[str, Any] = {
        "use": Use.MATCHING,
        "labels": {"en": f"Your {name}", "cy": f"Eich {name}"},
        "hints": {},
        "required": True,
        "minimum": None,
        "maximum": None,
        "choices": (),
        "shown_if": None,
    }
    return Question(name=name, kind=kind, **{**usual, **differences})


def choices(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(name=name, labels={"en": name.title()}) for name in names)


def questionnaire(*questions: Question) -> Questionnaire:
    step = Step(name="all", labels={"en": "All"}, questions=questions)
    return Questionnaire(
        name="trial", version="1", titles={"en": "Trial"}, languages=("en", "cy"), steps=(step,)
    )


EVERY_KIND = questionnaire(
    question("name", Kind.TEXT, minimum=1, maximum=80),
    question("nickname", Kind.TEXT, required=False, minimum=2, maximum=10),
    question("story", Kind.LONG_TEXT, required=False, maximum=100),
    question("email", Kind.EMAIL, maximum=254),
    question("places", Kind.INTEGER, minimum=1, maximum=3),
    question("colour", Kind.ONE, choices=choices(*COLOURS)),
    question("colours", Kind.MANY, minimum=1, maximum=3, choices=choices(*COLOURS)),
    question("favourites", Kind.RANK, minimum=1, maximum=3, choices=choices(*COLOURS)),
    question("mood", Kind.SCALE, minimum=1, maximum=5, required=False),
    question("why_red", Kind.TEXT, minimum=1, maximum=50, shown_if=("colour", "red")),
    question("why_blue", Kind.TEXT, required=False, maximum=50, shown_if=("colours", "blue")),
    question("agreed", Kind.CONSENT),
    question("begins", Kind.DATE, minimum=20270101, maximum=20281231),
    question("seen", Kind.DATE, minimum=19000101, maximum=21991231, required=False),
    question("times", Kind.HOURS, minimum=2, maximum=6, choices=choices("mon", "wed"), hours=(9, 12)),
    question("needs", Kind.MANY, maximum=4, required=False, choices=choices(*COLOURS), alone="red"),
)
