"""Files that must be whole or not there: what keeps one from being written, in words."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from actions.errors import NotKept

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def writing(what: str, path: Path) -> Iterator[None]:
    """Turn what keeps a file from being written into one sentence.

    Args:
        what: What the file is, for people.
        path: Where it is to be.

    Raises:
        NotKept: There is no room, no permission, or no such folder.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise NotKept(f"磁盘已满或超出配额，写不下{what} {path}，没有留下半个文件。请腾出空间后再试。") from error
        if error.errno == errno.ENOENT:
            raise NotKept(
                f"{what} {path} 所在的文件夹不存在，请检查位置；放在另一块盘上的，检查有没有挂上。"
            ) from error
        raise NotKept(f"写不了{what} {path}，请检查该文件和所在文件夹的写权限。") from error


def sync(path: Path) -> None:
    """Have a file's bytes, or a folder's entries, on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
