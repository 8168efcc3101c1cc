"""Checks of a whole policy, made when every table has been read."""

from functions.matching.policy.model import LARGEST_TOTAL, Points, Policy
from functions.matching.policy.toml import TomlTable


def check_policy(policy: Policy, top: TomlTable) -> None:
    """Refuse a policy whose parts contradict each other. Raises PolicyError for the first mistake."""
    _check_total(policy, top)
    _check_weights(policy, top)
    _check_objective(policy, top)
    for table, names in (
        ("criterion", [criterion.name for criterion in policy.criteria]),
        ("rule", [rule.name for rule in policy.rules]),
    ):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise top.mistake(table, f"two are called “{twice}”", "Give each its own name")


def _check_total(policy: Policy, top: TomlTable) -> None:
    """Refuse weights that, taken as points, can add up to more than a score can hold."""
    weights = [criterion.weight // 1000 for criterion in policy.criteria]
    times = policy.matters_most.times if policy.matters_most else 1000
    largest = sum(weights) + max(weights, default=0) * (times - 1000) // 1000
    if policy.points is Points.AS_THEY_ARE and largest > LARGEST_TOTAL:
        raise top.mistake(
            "criterion",
            f"the points of one pairing can add up to {largest:,}, above {LARGEST_TOTAL:,}",
            'Write smaller weights, or leave out points = "as they are"',
        )


def _check_weights(policy: Policy, top: TomlTable) -> None:
    if not policy.criteria:
        raise top.mistake(
            "criterion", "no criterion is given", "Add at least one [[criterion]] with a weight"
        )
    if not any(criterion.weight for criterion in policy.criteria):
        raise top.mistake("criterion", "every weight is 0", "Give at least one criterion a weight above 0")


def _check_objective(policy: Policy, top: TomlTable) -> None:
    objective = policy.objective
    if not (objective.served or objective.total or objective.stable):
        raise top.mistake(
            "objective",
            "“served” and “total” are both off, so nobody would be paired",
            "Switch one of them on",
        )
    if objective.floor and not objective.served:
        raise top.mistake(
            "objective", "“floor” is on and “served” is off", "Switch “served” on, or write floor = false"
        )
