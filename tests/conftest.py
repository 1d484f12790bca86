"""Set before numpy is loaded: on small matrices and busy cores two BLAS threads take five times as long as one.

The product limits them where it measures; tests of single stages call what lies below that.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")
