"""``python -m screenpop.demo.crm``."""

import sys

from screenpop.demo.crm.process import run

if __name__ == "__main__":
    sys.exit(run())
