"""What people are called in what a match writes: by their names where a file has them, else by their ids."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from functions.matching import Person, Policy, Role, canonical

Names = Mapping[Role, Mapping[str, str]]

_WHOLE = frozenset(
    {
        *(
            "name",
            "full name",
            "your name",
            "your full name",
            "what is your name?",
            "what is your full name?",
        ),
        *("preferred name", "display name", "first and last name", "name and surname", "participant"),
    }
)
_IN_TWO = (
    ("first name", "last name"),
    ("first name", "surname"),
    ("first name", "family name"),
    ("given name", "family name"),
    ("forename", "surname"),
    ("recipientfirstname", "recipientlastname"),
)
_MOST = 0.8  # of everybody


def display_names(people: Mapping[Role, Sequence[Person]], policy: Policy) -> dict[Role, dict[str, str]]:
    """Return each person's name by id. Of two who share one, each has the id beside it."""
    return {role: _names_of(people[role], policy, role) for role in people}


def _names_of(people: Sequence[Person], policy: Policy, role: Role) -> dict[str, str]:
    called = _called(people, policy.columns(role).identity)
    names = {person.id: (called(person) or person.id) for person in people}
    shared = Counter(map(canonical, names.values()))
    return {
        key: name if shared[canonical(name)] == 1 or name == key else f"{name} ({key})"
        for key, name in names.items()
    }


def _called(people: Sequence[Person], identity: Sequence[str]) -> Callable[[Person], str]:
    """Return what gives a person's name: the id if it is one, a column of names, or two columns."""
    columns = {canonical(column): column for person in people[:1] for column in person.answers}
    ways: list[Callable[[Person], str]] = [lambda person: person.id]
    ways += [_of(column) for column in identity]
    ways += [_of(column) for key, column in columns.items() if key in _WHOLE]
    ways += [_of(columns[first], columns[last]) for first, last in _IN_TWO if {first, last} <= columns.keys()]
    return next((way for way in ways if _are_names([way(person) for person in people])), ways[0])


def _of(*columns: str) -> Callable[[Person], str]:
    def name(person: Person) -> str:
        parts = (person.answers.get(column) for column in columns)
        return " ".join(" ".join(str(part).split()) for part in parts if part is not None)

    return name


def _are_names(texts: Sequence[str]) -> bool:
    """Whether nearly all are names: letters, no address, and a digit only beside another word."""
    named = sum(
        "@" not in text and any(map(str.isalpha, text)) and (" " in text or not any(map(str.isdigit, text)))
        for text in texts
    )
    return named >= _MOST * len(texts)
