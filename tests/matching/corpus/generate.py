"""Cohorts made from a seed, of every kind, with many answers missing and many pairings equally good."""

import random
from collections.abc import Mapping, Sequence

from tests.matching.corpus.inputs import Answer, Couple, Input, Row

HOW_MANY: Mapping[str, int] = {
    "one-to-one": 60,
    "several-mentees": 60,
    "network": 60,
    "peers": 40,
    "groups": 40,
    "stable": 40,
}
LARGE: Mapping[str, tuple[int, int]] = {"large-one-to-one": (410, 400), "large-several-mentees": (260, 640)}

_WEEK = 'mentee_zone = "zone"\nmentor_zone = "zone"\nweek = 2027-03-30\n'
_HOURS = "hours = { morning = [8, 12], night = [20, 24] }\n"
_STAGES = 'order = ["first", "second", "third", "done"]\n'
_PLACES = (
    "mentee_places = { first = 1, second = 2, third = 3, done = 4 }\n"
    "mentor_places = { first = 2, second = 3, third = 4, done = 5 }\n"
)


def _columns(mentee: str, mentor: str) -> str:
    return f'mentee = "{mentee}"\nmentor = "{mentor}"\n'


_Lines = tuple[str, str, str]  # of a criterion or rule: its name, its kind, its other lines
_CRITERIA: Sequence[_Lines] = (
    ("field", "same", _columns("field", "field") + 'any = ["any"]\n'),
    ("other town", "different", _columns("town", "town") + "neutral = 0.2\n"),
    ("one topic", "shares any", _columns("topics", "offers") + "private = true\n"),
    ("topics", "overlap", _columns("topics", "offers")),
    ("best choice", "ranked choice", _columns("topics", "offers")),
    ("all choices", "ranked choice", _columns("topics", "offers") + 'counts = "all"\nworth = [1, 0.5]\n'),
    (
        "a little ahead",
        "ordered distance",
        _columns("stage", "stage") + _STAGES + "at_least = 1\nat_most = 2\nfades_over = 2\n",
    ),
    (
        "exactly ahead",
        "ordered distance",
        _columns("stage", "stage") + _PLACES + "worth = { 1 = 0.75, 2 = 1, -1 = 0.1 }\n",
    ),
    ("older", "ordered distance", _columns("age", "age") + "at_least = 1\nat_most = 9\nfades_over = 4\n"),
    ("age", "closeness", _columns("age", "age") + "reach = 12.5\n"),
    ("times", "times in common", _columns("times", "times") + "enough = 2\n"),
    ("hours", "times in common", _columns("hours", "hours") + _WEEK + _HOURS + "enough = 4\n"),
    (
        "give and take",
        "complementary",
        _columns("topics", "offers") + 'mentor_wants = "topics"\nmentee_offers = "offers"\n',
    ),
    ("give", "complementary", _columns("topics", "offers")),
    ("wish", "wish", _columns("wishes", "wishes") + "private = true\n"),
    ("plans", "text similarity", _columns("plans", "plans") + "enough = 40\n"),
)
_RULES: Sequence[_Lines] = (
    ("same home", "same", _columns("home", "home") + 'any = ["none"]\n'),
    ("same faculty", "different", _columns("faculty", "faculty") + 'any = ["any"]\n'),
    ("supervisor", "supervises", 'mentee = "supervisor"\n'),
    ("avoid", "avoided", _columns("avoid", "avoid")),
    ("again", "previous pair", 'mentee = "earlier"\n'),
    ("language", "too few in common", _columns("languages", "languages") + 'missing = "refuses"\n'),
    ("awake", "too few in common", _columns("hours", "hours") + _WEEK + _HOURS + "at_least = 2\n"),
    ("not behind", "ordered distance", _columns("stage", "stage") + _STAGES + "at_least = -1\n"),
    ("must have", "must have", _columns("asks", "has")),
    (
        "conditions",
        "must have",
        _columns("conditions", "has")
        + 'same = { "same town" = ["town", "town"], lab = ["stage", "stage"] }\n',
    ),
    ("oneself", "oneself", ""),
    ("paused", "paused", _columns("paused", "paused")),
)
# Answers that no rule refuses, for the people of a pair that is locked.
_REFUSED_BY_NO_RULE: Mapping[str, Answer] = {
    **dict.fromkeys(("home", "faculty", "supervisor", "avoid", "earlier", "stage", "asks", "conditions")),
    "hours": None,
    "paused": None,
    "languages": "de; en",
}
_LEVELS = ("served", "floor", "total", "load", "least_change")
_ZONES = (None, "UTC", "utc+2", "Europe/Berlin", "Asia/Kathmandu", "GMT-03:30", "America/New_York")
_PLANS = (
    None,
    "",
    "Grants and essays",
    "I write grants.",
    "Laborfuehrung",
    "Laborführung, Aufsätze",
    "论文 写作",
    "論文",
)


def cohorts() -> list[Input]:
    """Return every generated cohort, always the same."""
    small = [_cohort(kind, number) for kind, count in HOW_MANY.items() for number in range(count)]
    return [*small, *(_large(name, *size) for name, size in LARGE.items())]


def _cohort(kind: str, number: int) -> Input:
    chance = random.Random(f"{kind} {number}")  # noqa: S311 - people made up
    criteria = _criteria(chance)
    mentors, mentees = _sides(chance, kind, [name for name, _, _ in criteria])
    locked = _locked(chance, kind, mentors, mentees)
    mentors, mentees = _with_no_rule_against(locked, mentors), _with_no_rule_against(locked, mentees)
    couples = _couples(kind, mentors, mentees)
    return Input(
        name=f"{kind}-{number:02}",
        policy=_policy(chance, kind, criteria),
        mentors=tuple(mentors),
        mentees=tuple(mentees),
        seed=chance.randrange(3),
        locked=locked,
        forbidden=tuple(couple for couple in _some(chance, couples, 3) if couple not in locked),
        previous=_previous(chance, couples, locked),
    )


def _criteria(chance: random.Random) -> list[_Lines]:
    """Return some criteria; where they are few, many pairings are equally good and the last levels decide."""
    return chance.sample(_CRITERIA, chance.choice([1, 2, *range(3, len(_CRITERIA))]))


def _sides(chance: random.Random, kind: str, dear: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """Return mentors and mentees. `dear` are the criteria that may matter most to somebody."""
    size = chance.choice([7, 7, 14, 14, 30, 60])

    def people(role: str, count: int, *, most: int, names: str) -> list[Row]:
        return _people(chance, role, count, most=most, names=names, dear=dear)

    if kind == "peers":
        pool = people("peer", chance.randint(2, 2 * size), most=1, names="peer")
        first = chance.choice([0, 0, len(pool) // 3])
        return pool[:first], pool[first:]
    if kind == "groups":
        mentors = people("mentor", chance.randint(2, max(3, size // 3)), most=6, names="mentee")
        return mentors, people("mentee", chance.randint(4, 2 * size), most=1, names="mentor")
    most = {"one-to-one": (1, 1), "several-mentees": (4, 1), "network": (3, 3), "stable": (3, 2)}[kind]
    fewer = chance.choice([1, 1, most[0]])
    return (
        people("mentor", chance.randint(1, max(2, size // fewer)), most=most[0], names="mentee"),
        people("mentee", chance.randint(1, size), most=most[1], names="mentor"),
    )


def _people(
    chance: random.Random, role: str, count: int, *, most: int, names: str, dear: Sequence[str]
) -> list[Row]:
    places = list(range(count))
    chance.shuffle(places)
    priorities = chance.choice([1, 1, 2, 3])
    return [
        Row(
            id=f"{role}-{place}",
            capacity=chance.randint(1, most),
            priority=chance.randrange(priorities),
            answers=_answers(
                chance, f"{role}-{place}", [f"{names}-{other}" for other in range(max(3, count))]
            )
            | {"most": chance.choice([None, *dear])},
        )
        for place in places
    ]


def _answers(chance: random.Random, who: str, others: Sequence[str]) -> dict[str, Answer]:
    pick = chance.choice
    return {
        "email": who,
        "name": pick(["Ada", "Grace", "Alan"]),
        "field": pick([None, "law", "Law ", "physics", "any"]),
        "town": pick([None, "Bonn", "Oslo"]),
        "topics": _list(chance, "code", "essays", "exams", "grants"),
        "offers": _list(chance, "code", "essays", "exams", "grants"),
        "stage": pick([None, "first", "second", "third", "done"]),
        "age": pick([None, 20, "31", "27.5", 44]),
        "times": _list(chance, "mon", "tue", "wed"),
        "wishes": pick([None, None, _list(chance, *others)]),
        "home": pick([None, "a", "b", "c", "none"]),
        "faculty": pick([None, "x", "x", "x", "y", "any"]),
        "supervisor": pick([None, None, pick(others), "Grace"]),
        "avoid": pick([None, None, _list(chance, *others)]),
        "earlier": _list(chance, pick(others)),
        "languages": pick([None, ["de"], ["de", "en"], "en", "en, fr", "de, fr", "de; en"]),
        "asks": pick([None, None, _list(chance, "lab", "office")]),
        "has": _list(chance, "lab", "office"),
        "paused": pick([None, None, None, None, None, "no", "yes"]),
        "plans": pick(_PLANS),
        "hours": pick(
            [None, _list(chance, "mon-morning", "mon-08:30", "sun-night", "tue-23:30", "wed-00:00")]
        ),
        "zone": pick(_ZONES),
        "conditions": pick([None, None, None, "same town", "lab", "office"]),
    }


def _list(chance: random.Random, *values: str) -> Answer:
    several = chance.sample(values, chance.randint(0, min(3, len(values))))
    return chance.choice([None, several, several, "; ".join(several)])


def _locked(
    chance: random.Random, kind: str, mentors: Sequence[Row], mentees: Sequence[Row]
) -> tuple[Couple, ...]:
    """Return up to three couples within everybody's places."""
    pool = [*mentors, *mentees]
    room = {row.id: 1 if kind == "peers" else row.capacity for row in pool}
    wanted = chance.choice([0, 0, 1, 2, 3])
    locked: list[Couple] = []
    for mentee, mentor in _some(chance, _couples(kind, mentors, mentees), wanted):
        if room[mentee] and room[mentor]:
            locked.append((mentee, mentor))
            room[mentee] -= 1
            room[mentor] -= 1
    return tuple(locked)


def _couples(kind: str, mentors: Sequence[Row], mentees: Sequence[Row]) -> list[Couple]:
    if kind == "peers":
        pool = [row.id for row in (*mentors, *mentees)]
        return [(one, other) for place, one in enumerate(pool) for other in pool[:place]]
    return [(mentee.id, mentor.id) for mentee in mentees for mentor in mentors]


def _some(chance: random.Random, couples: Sequence[Couple], most: int) -> list[Couple]:
    return chance.sample(couples, min(len(couples), chance.randint(0, most)))


def _previous(
    chance: random.Random, couples: Sequence[Couple], locked: Sequence[Couple]
) -> tuple[Couple, ...] | None:
    if chance.random() < 1 / 3:
        return None
    before = {*_some(chance, couples, 12), *locked}
    return (*sorted(before), ("somebody who left", couples[0][1]))


def _with_no_rule_against(locked: Sequence[Couple], rows: Sequence[Row]) -> list[Row]:
    people = {name for couple in locked for name in couple}
    return [
        Row(
            id=row.id,
            capacity=row.capacity,
            priority=row.priority,
            answers={**row.answers, **_REFUSED_BY_NO_RULE} if row.id in people else row.answers,
        )
        for row in rows
    ]


def _policy(chance: random.Random, kind: str, criteria: Sequence[_Lines]) -> str:
    as_points = chance.random() < 1 / 4
    rules = chance.sample(_RULES, chance.choice([0, 0, 1, 2, 3, 4]))
    weights = [1, 2, 3, 7, 20] if as_points else [0.5, 1, 2.5, 7, 20, 0.001]
    parts = [f'name = "{kind}"', 'points = "as they are"' if as_points else "", _tables(chance, kind)]
    parts += [f"[objective]\n{_objective(chance, kind)}"]
    if chance.random() < 1 / 2:
        parts.append(f'[matters_most]\ncolumn = "most"\ntimes = {chance.choice([1.5, 2, 3])}')
    for name, criterion, lines in criteria:
        weight = f"weight = {chance.choice(weights)}"
        parts.append(f'[[criterion]]\nname = "{name}"\nkind = "{criterion}"\n{lines}{weight}')
    parts += [f'[[rule]]\nname = "{name}"\nkind = "{rule}"\n{lines}' for name, rule, lines in rules]
    return "\n".join(part.rstrip() for part in parts if part) + "\n"


def _tables(chance: random.Random, kind: str) -> str:
    columns = 'id = "email"\nidentity = ["email", "name"]\n'
    if kind == "peers":
        return f'pairing = "peers"\n[people]\n{columns}'
    if kind == "groups":
        largest = chance.choice(["", "", "largest = 4\n"])
        smallest = chance.choice([2, 2, 3])
        return (
            f'pairing = "groups"\n[mentees]\n{columns}capacity = 1\n[mentors]\n{columns}'
            f'capacity = "capacity"\n[groups]\nsmallest = {smallest}\n{largest}'
        )
    limits = {
        "one-to-one": ("1", "1"),
        "several-mentees": ("1", '"capacity"'),
        "network": (chance.choice(["3", "2", '"capacity"']), chance.choice(["2", '"capacity"'])),
        "stable": (chance.choice(["1", "2"]), '"capacity"'),
    }
    mentees, mentors = limits[kind]
    return f"[mentees]\n{columns}capacity = {mentees}\n[mentors]\n{columns}capacity = {mentors}\n"


def _objective(chance: random.Random, kind: str) -> str:
    if kind == "stable":
        return "stable = true"
    on = {level: chance.random() < 3 / 4 for level in _LEVELS}
    on["total"] = on["total"] or not on["served"]
    on["floor"] = on["floor"] and on["served"]
    return "\n".join(f"{level} = {str(value).lower()}" for level, value in on.items())


def _large(name: str, mentors: int, mentees: int) -> Input:
    """Return a cohort with more eligible pairs than are solved at once, so that candidates are chosen."""
    chance = random.Random(name)  # noqa: S311 - people made up
    kind = name.removeprefix("large-")
    policy = f'name = "{name}"\n{_tables(chance, kind)}'
    for criterion, of_kind, lines in (_CRITERIA[0], _CRITERIA[5], _CRITERIA[9], _CRITERIA[10]):
        policy += f'[[criterion]]\nname = "{criterion}"\nkind = "{of_kind}"\n{lines}weight = 3\n'
    most = 1 if kind == "one-to-one" else 3
    return Input(
        name=name,
        policy=policy,
        mentors=tuple(_people(chance, "mentor", mentors, most=most, names="mentee", dear=["field"])),
        mentees=tuple(_people(chance, "mentee", mentees, most=1, names="mentor", dear=["field"])),
    )
