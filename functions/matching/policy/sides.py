"""The tables of a policy that say who is matched: [mentees] and [mentors], [people], [groups]."""

import re
from dataclasses import replace

from functions.matching.people import canonical
from functions.matching.policy.answer_sources import answer_sources
from functions.matching.policy.model import LARGEST_CAPACITY, Columns, Groups, Pairing
from functions.matching.policy.toml import TomlTable, quoted

_SEPARATORS = r"[;,|\n\u060c\u061b]"  # the last two are the Arabic comma and semicolon


def columns_of_sides(top: TomlTable, pairing: Pairing) -> tuple[Columns, Columns]:
    """Return the columns of the mentees and of the mentors; with peers both are those of the one pool."""
    if pairing is Pairing.PEERS:
        pool = _pool(top)
        return pool, pool
    if top.has("people"):
        raise top.mistake(
            "people",
            "one pool is for peers",
            'Write pairing = "peers" at the top, or [mentees] and [mentors] instead of [people]',
        )
    mentees_table = top.table("mentees")
    mentees, mentors = _columns(mentees_table), _columns(top.table("mentors"))
    if pairing is Pairing.GROUPS:
        mentees = _with_one_place(mentees_table, mentees, "a mentee is in one group")
    return mentees, mentors


def _pool(top: TomlTable) -> Columns:
    for key in ("mentees", "mentors"):
        if top.has(key):
            raise top.mistake(
                key, "peers come from one pool, without sides", "Write one table [people] instead"
            )
    table = top.table("people")
    return _with_one_place(table, _columns(table), "everybody has one peer")


def _with_one_place(table: TomlTable, columns: Columns, why: str) -> Columns:
    if columns.capacity not in ("", 1):
        raise table.mistake("capacity", f"it is not 1, and {why}", "Write capacity = 1, or leave it out")
    return replace(columns, capacity=1)


def _columns(table: TomlTable) -> Columns:
    id_column = table.text("id")
    columns = Columns(
        id=id_column,
        capacity=_capacity(table),
        priority=table.text("priority", default=""),
        identity=table.texts("identity", default=(id_column,)),
        separator=_separator(table),
        allowed=_allowed(table),
        time=_time(table),
        sources=answer_sources(table),
    )
    table.finish()
    _check_id(table, columns)
    return columns


def _check_id(table: TomlTable, columns: Columns) -> None:
    if columns.in_file(columns.id) != (columns.id,):
        raise table.mistake(
            "id", f"“{columns.id}” is made of other columns", "Name a column of the file, such as the address"
        )


def _capacity(table: TomlTable) -> int | str:
    if not table.has("capacity"):
        return ""
    value = table.take("capacity")
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= LARGEST_CAPACITY:
        raise table.mistake(
            "capacity",
            f"{quoted(value)} is neither a whole number from 1 to {LARGEST_CAPACITY} nor a column’s name",
            'Write capacity = 1, or capacity = "the column that holds it"',
        )
    return value


def _separator(table: TomlTable) -> re.Pattern[str]:
    text = table.take("separator", default=None)
    if text is None:
        return re.compile(_SEPARATORS)
    if not isinstance(text, str) or not text:
        raise table.mistake(
            "separator", "it is not a text", 'Write what stands between two answers, such as ";"'
        )
    return re.compile(re.escape(text))


def _time(table: TomlTable) -> str:
    """Return the column of times by which the latest row of a person is kept; empty where none is."""
    if not table.has("keep"):
        if table.has("time"):
            raise table.mistake("time", "it serves only to keep the latest row", 'Add keep = "latest"')
        return ""
    if table.take("keep") != "latest":
        raise table.mistake("keep", "of several rows only the latest can be kept", 'Write keep = "latest"')
    if not table.has("time"):
        raise table.mistake("keep", "nothing says which is the latest", 'Add time = "the column of times"')
    return table.text("time")


def _allowed(table: TomlTable) -> dict[str, tuple[str, ...]]:
    inner = table.table("allowed", required=False)
    return {column: tuple(map(canonical, inner.texts(column))) for column in inner.remaining_keys()}


def groups_of(top: TomlTable, pairing: Pairing, mentors: Columns) -> Groups | None:
    """Return the sizes of groups, None where the policy makes none."""
    if pairing is not Pairing.GROUPS:
        if top.has("groups"):
            raise top.mistake(
                "groups",
                "this policy makes no groups",
                'Write pairing = "groups" at the top, or drop [groups]',
            )
        return None
    table = top.table("groups", required=False)
    smallest = table.integer("smallest", default=2, smallest=2)
    largest = table.integer("largest", smallest=2) if table.has("largest") else None
    table.finish()
    most = mentors.capacity if isinstance(mentors.capacity, int) else None
    if largest is not None and largest < smallest:
        raise _none_could_run(table, "smallest", smallest, f"the largest group ({largest})")
    if most is not None and most < smallest:
        raise _none_could_run(top, "mentors", smallest, f"any mentor’s capacity ({most})")
    return Groups(smallest=smallest, largest=largest)


def _none_could_run(table: TomlTable, key: str, smallest: int, limit: str) -> Exception:
    return table.mistake(
        key,
        f"the smallest group ({smallest}) is larger than {limit}, so none could run",
        "Make the one smaller or the other larger",
    )
