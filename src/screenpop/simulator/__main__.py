"""``python -m screenpop.simulator``."""

from __future__ import annotations

import sys

from screenpop.simulator import main

if __name__ == "__main__":
    sys.exit(main())
