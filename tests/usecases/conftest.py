import pytest

from functions.storage.table import Table
from tests.town import Town, town_over


@pytest.fixture
def town(table: Table) -> Town:
    return town_over(table)
