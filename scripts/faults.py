"""What can go wrong in a set-up, each told in one sentence of each language.

SetupError
└── Interrupted
"""

from __future__ import annotations


class SetupError(Exception):
    """The set-up cannot go on.

    Attributes:
        zh: One Chinese sentence: what is wrong and what to do.
        en: The same in English.
        code: Exit code: 2 for what a person can mend, 1 for a fault of ours.
    """

    def __init__(self, zh: str, en: str, code: int = 2) -> None:
        super().__init__(f"{zh}\n{en}")
        self.zh = zh
        self.en = en
        self.code = code


class Interrupted(SetupError):
    """Somebody pressed Ctrl-C; what is half made will be made anew."""

    def __init__(self) -> None:
        super().__init__(
            "安装已中断，没有做完的部分下次会重做；继续请再运行 make setup。",
            "Interrupted; what is half made will be made anew: run make setup again to go on.",
            130,
        )


_DISK = ("No space left on device", "os error 28", "Disk quota exceeded")
_WRITE = ("Permission denied", "os error 13", "Read-only file system")
_HASH = ("Hash mismatch", "hash mismatch", "DO NOT MATCH THE HASHES")
_NETWORK = (
    "error sending request",
    "Failed to fetch",
    "Failed to download",
    "Could not connect",
    "Connection refused",
    "dns error",
    "failed to lookup address",
    "Temporary failure in name resolution",
    "NewConnectionError",
    "timed out",
    "network connectivity is disabled",
    "Network connectivity is disabled",
)
_MISSING = ("No solution found", "not found in the package registry", "No matching distribution found")


def no_disk(need_gb: float, free_gb: float) -> SetupError:
    """Too little room on the disk; sizes in GB of 10^9 bytes."""
    return SetupError(
        f"磁盘空间不够：需要约 {need_gb:.1f} GB，只剩 {free_gb:.1f} GB；请腾出空间后再运行 make setup。",
        f"Not enough disk: about {need_gb:.1f} GB needed, {free_gb:.1f} GB free; make room and try again.",
    )


def explain(output: str, step: str, log: str) -> SetupError:
    """Turn what a failed tool printed into one sentence.

    Args:
        output: The tool's standard output and error together.
        step: What was being done, as the progress display names it.
        log: Where the whole output lies, relative to the checkout.

    Returns:
        An error with code 2 where a person can mend it, 1 where the cause is not known.
    """

    def seen(marks: tuple[str, ...]) -> bool:
        return any(mark in output for mark in marks)

    if seen(_DISK):
        return SetupError(
            f"“{step}”时磁盘写满了；请腾出空间后再运行 make setup（详见 {log}）。",
            f"The disk is full; make room and run make setup again (see {log}).",
        )
    if seen(_HASH):
        return SetupError(
            f"“{step}”时下载的文件与清单的校验值不符；请换一个软件源再运行 make setup（详见 {log}）。",
            f"A downloaded file does not match its pinned hash; use another package index (see {log}).",
        )
    if seen(_NETWORK):
        return SetupError(
            f"“{step}”时连不上软件源；请检查网络和 pip 的软件源、代理设置，再运行 make setup（详见 {log}）。",
            f"The package index cannot be reached; check network, proxy and pip's settings (see {log}).",
        )
    if seen(_WRITE):
        return SetupError(
            f"“{step}”时没有写入权限；请换成能写的目录或用户，再运行 make setup（详见 {log}）。",
            f"Not allowed to write; use a folder and a user that may, then run make setup again (see {log}).",
        )
    if seen(_MISSING):
        return SetupError(
            f"“{step}”时软件源里缺少清单中的版本；请换一个软件源再运行 make setup（详见 {log}）。",
            f"The package index lacks a pinned version; use another index and try again (see {log}).",
        )
    return SetupError(
        f"“{step}”失败，原因不明；请查看 {log}。",
        f"This step failed for a reason not known here; please read {log}.",
        1,
    )
