"""The service's queue alone, in a process that can be killed: ``serve_queue.py DATA_DIR [WORKER COMMAND...]``."""

import sys
import threading
from pathlib import Path

from formcheck_api.jobs.local import LocalQueue
from formcheck_api.jobs.processes.attempt import WORKER
from formcheck_api.operations.settings import Settings
from formcheck_api.storage.address import open_blobs
from formcheck_api.store.database import open_database, upgrade_database
from formcheck_api.store.store import Store

if __name__ == "__main__":
    settings = Settings(
        data_dir=Path(sys.argv[1]),
        workers=2,
        retry_wait_s=0.05,
        disk_reserve_mb=1,
    )
    engine = open_database(settings.database)
    upgrade_database(engine)
    blobs, command = open_blobs(settings.blobs), sys.argv[2:] or WORKER
    LocalQueue(Store(engine), blobs, settings, command=command, look_every_s=0.05).start()
    threading.Event().wait()
