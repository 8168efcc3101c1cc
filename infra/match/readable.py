"""Refuses what a policy reads and a file does not hold in sight: hidden columns, failed formulas.

An error value in an answer is an answer that is missing, and told. It is refused where it would name a
person, say how many somebody takes, or hide a rule: there nobody may be matched before it is mended.
"""

from functions.matching import Policy, Role
from functions.spreadsheets import BadInput, CellFault, Table, UnreadableCell

_ERROR = "Mend the formula or the list that it looks in, or write the answer itself"
_UNSAVED = (
    "Open the workbook in a spreadsheet program and save it, which computes its formulas, or paste the values"
)


def check_shown(table: Table, column: str, role: Role) -> None:
    """Raise BadInput where the missing column is there and hidden."""
    if column in table.read.hidden_columns:
        raise BadInput(
            table.file,
            f"the column “{column}”, which the policy reads for each {role}, is hidden in the workbook",
            "Show the column, or take it out of the policy",
        )


def check_cells(table: Table, policy: Policy, role: Role) -> None:
    """Raise BadInput for the first cell without a value that the policy may not do without."""
    read, decides = policy.columns_in_file(role), _deciding(policy, role)
    for cell in table.read.unreadable:
        if cell.column in decides or (cell.column in read and cell.fault is CellFault.FORMULA_WITHOUT_VALUE):
            raise _refused(table, cell)


def _refused(table: Table, cell: UnreadableCell) -> BadInput:
    if cell.fault is CellFault.FORMULA_WITHOUT_VALUE:
        cause, remedy = "this cell holds a formula without a stored value", _UNSAVED
    else:
        cause, remedy = f"this cell holds the error {cell.text}", _ERROR
    return BadInput(table.file, cause, remedy, row=cell.row, column=cell.column)


def _deciding(policy: Policy, role: Role) -> set[str]:
    """Return the columns that name a person, say their places or priority, or serve a rule."""
    side = policy.columns(role)
    columns = {side.id, side.priority, *side.identity}
    columns |= {side.capacity} if isinstance(side.capacity, str) else set()
    for rule in policy.rules:
        columns.add(rule.mentee if role is Role.MENTEE else rule.mentor)
        columns |= {pair[role is Role.MENTOR] for pair in rule.same.values()}
        if rule.only_if:
            columns.add(rule.only_if.mentee if role is Role.MENTEE else rule.only_if.mentor)
    return {needed for column in columns - {""} for needed in side.in_file(column)}
