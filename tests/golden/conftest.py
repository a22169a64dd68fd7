"""The golden tests' own modules are found by name, as tests/nights.py is."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
