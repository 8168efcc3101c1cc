from pathlib import Path

import pytest

from infra.build import zips


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zips of every function, built for this very machine."""
    out = tmp_path_factory.mktemp("zips")
    zips.build(out, zips.TARGETS["host"], tell=lambda _: None)
    return out
