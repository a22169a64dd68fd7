"""Opening workbooks that are encrypted with the constant which spreadsheet programs try by themselves.

Excel encrypts a workbook that is only write-protected with this constant and opens it without asking ([MS-OFFCRYPTO] 2.4.2.3): to its
sender such a file has no password. Any other password stays the sender's own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sources.findings import Unreadable
from sources.formats.limits import Limits

DEFAULT_PASSWORD = "VelvetSweatshop"
CHILD = Path(__file__).with_name("unlocking_child.py")


def unlocked(data: bytes, limits: Limits) -> bytes:
    """Return the workbook without its encryption. Raises Unreadable where the constant does not open it."""
    command = [sys.executable, "-I", str(CHILD), DEFAULT_PASSWORD, str(limits.child_bytes), str(limits.child_seconds)]
    try:
        done = subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=limits.child_seconds, check=False)
    except subprocess.TimeoutExpired:
        raise Unreadable("encrypted_file") from None
    if done.returncode or not done.stdout:
        raise Unreadable("encrypted_file")
    return done.stdout
