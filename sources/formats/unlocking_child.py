"""The child process of `unlocking`: an encrypted workbook on standard input, the same opened on standard output.

Imports nothing of the project. Limits of memory and time are the parent's arguments: how often a key is hashed is the file's own word.
"""

import io
import resource
import sys

import msoffcrypto


def main(password: str, memory_bytes: int, seconds: int) -> None:
    """Decrypt under limits of address space and processor time; a wrong password or broken content is a traceback, and no output."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book, opened = msoffcrypto.OfficeFile(io.BytesIO(sys.stdin.buffer.read())), io.BytesIO()
    book.load_key(password=password)
    book.decrypt(opened)
    sys.stdout.buffer.write(opened.getvalue())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
