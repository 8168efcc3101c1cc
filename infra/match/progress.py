"""Says on stderr how far long work is, measures its stages, and lets Ctrl-C stop it anywhere."""

import signal
import sys
import threading
from time import perf_counter

from functions.matching import Stage

_DOING = {
    Stage.SCORE: "Scoring every pair",
    Stage.SOLVE: "Finding the best pairings",
    Stage.EXPLAIN: "Writing down the reasons",
    Stage.VERIFY: "Checking the result again, independently",
}
_STEP = 10  # percent between two lines, where lines can't be written over


class Watch:
    """Measures the stages, and says on stderr what is being done when it takes a while.

    On a terminal one line is written over; elsewhere there is a line for each stage and each ten percent.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.tells = False
        self._doing = ""
        self._percent = 0
        self._stage = "read"
        self._since = perf_counter()

    def begin(self, stage: Stage) -> None:
        """Close the stage before and begin this one."""
        self.stop()
        self._stage = str(stage)
        self._doing = _DOING[stage]
        self._let_go(solving=stage is Stage.SOLVE)
        self._tell(force=True)

    def reach(self, percent: int) -> None:
        """Take how far the whole is (0 … 100)."""
        before, self._percent = self._percent, percent
        self._tell(force=before // _STEP != percent // _STEP)

    def stop(self) -> None:
        """Close the stage that is open."""
        now = perf_counter()
        self.seconds[self._stage] = round(self.seconds.get(self._stage, 0.0) + now - self._since, 6)
        self._since = now

    def done(self) -> None:
        """Close the last stage and wipe the line that is written over."""
        self.stop()
        self._let_go(solving=False)
        if self.tells and self._doing and sys.stderr.isatty():
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def _let_go(self, *, solving: bool) -> None:
        """Let Ctrl-C end the process by itself while a solver runs that Python can't interrupt.

        Nothing is written before the work is done, so nothing can be left half written.
        """
        if not self.tells or threading.current_thread() is not threading.main_thread():
            return
        handles = signal.getsignal(signal.SIGINT)
        if solving and handles is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        elif not solving and handles is signal.SIG_DFL:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _tell(self, *, force: bool) -> None:
        if not self.tells or not self._doing:
            return
        line = f"{self._percent:3} %  {self._doing} …"
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        elif force:
            print(line, file=sys.stderr, flush=True)
