from pathlib import Path

import pytest

from infra import zips
from infra.local.runtime import brought


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zips of every function, built for this very machine."""
    out = tmp_path_factory.mktemp("zips")
    zips.build(out, zips.TARGETS["host"], tell=lambda _: None)
    return out


@pytest.fixture(scope="session")
def lambdas_own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Lambda's runtime brings."""
    return brought(tmp_path_factory.mktemp("runtime") / "brought")
