"""The service's queue alone, in a process that can be killed: ``serve_queue.py DATA_DIR [WORKER COMMAND...]``."""

import sys
import threading
from pathlib import Path

from formcheck_api.jobs.processes.attempt import WORKER
from formcheck_api.jobs.queue import LocalQueue
from formcheck_api.operations.settings import Settings
from formcheck_api.storage.address import open_blobs
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.store import Store

NO_LEASE_S = 3600
"""So long that nothing in a test is returned to the queue because of its age."""

if __name__ == "__main__":
    settings = Settings(
        data_dir=Path(sys.argv[1]),
        workers=2,
        poll_s=0.05,
        retry_wait_s=0.05,
        lease_s=NO_LEASE_S,
        disk_reserve_mb=1,
    )
    engine = open_database(settings.database)
    upgrade_database(engine)
    LocalQueue(Store(engine), open_blobs(settings.blobs), settings, command=sys.argv[2:] or WORKER).start()
    threading.Event().wait()
