"""``python -m formcheck``: the command line."""

import sys

from formcheck.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
