"""Set before numpy is loaded: on small matrices and busy cores two BLAS threads take five times as long as one."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
