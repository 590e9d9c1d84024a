"""Runs the package: ``python -m pa_new_deploy deploy DIR --name NAME …``."""

import sys

from pa_new_deploy.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
