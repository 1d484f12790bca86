"""``formcheck work`` with an analysis of 0.2 seconds: ``python -m tools.siege.quick_work``."""

import sys
from functools import partial
from pathlib import Path

from formcheck_api.jobs.engine.commands import work
from formcheck_api.jobs.engine.queue import EngineQueue
from tools.siege import quick_worker

if __name__ == "__main__":
    command = (sys.executable, "-S", "-E", str(Path(quick_worker.__file__)))
    sys.exit(work(None, None, queue_of=partial(EngineQueue, command=command)))
