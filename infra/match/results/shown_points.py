"""Points as people read them: whole numbers of 100, or the policy's own where it takes points as they are."""

from functions.matching import WHOLE, Points, Policy

_HUNDRED = 100


def shown_score(score: int, policy: Policy) -> int:
    """Return a score as it is shown. Only a perfect one is 100, and only one of nothing is 0."""
    if policy.points is Points.AS_THEY_ARE:
        return score
    rounded = (score * _HUNDRED + WHOLE // 2) // WHOLE
    if 0 < score < WHOLE:
        return min(max(rounded, 1), _HUNDRED - 1)
    return rounded


def shown_part(points: int, policy: Policy) -> float | int:
    """Return what one criterion brings, to a tenth, so that the parts of a score add up to it as shown."""
    return points if policy.points is Points.AS_THEY_ARE else round(points * _HUNDRED / WHOLE, 1)


def unit(policy: Policy) -> str:
    """Return what the numbers are, for a header."""
    return "points" if policy.points is Points.AS_THEY_ARE else "of 100"
