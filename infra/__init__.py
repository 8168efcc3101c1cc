"""What runs on the operator's machine: the command line, the local stack, the builds."""

from pathlib import Path

# The folder of the project: `infra` runs from a checkout and is never installed.
ROOT = Path(__file__).resolve().parent.parent
