"""Runs the package: ``python -m pa_new_check check DIR``."""

import sys

from pa_new_check.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
