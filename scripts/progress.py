"""The progress display: one row a step with its seconds; plain lines where there is no terminal."""

from __future__ import annotations

import threading
import time
from typing import TextIO

WAITING, RUNNING, DONE, KEPT, FAILED = "·", "→", "✓", "=", "✗"
_WORDS = {DONE: "完成 done", KEPT: "未变 unchanged", FAILED: "失败 failed"}


class Board:
    """Rows of steps and their state. Threads may call it side by side."""

    def __init__(self, labels: dict[str, str], stream: TextIO) -> None:
        """Begin with every step waiting.

        Args:
            labels: What people read of each step, by its name, in the order of the rows.
            stream: Where to write; redrawn in place if it is a terminal, line by line if not.
        """
        self._labels = labels
        self._stream = stream
        self._live = stream.isatty()
        self._lock = threading.Lock()
        self._state = dict.fromkeys(labels, WAITING)
        self._began: dict[str, float] = {}
        self._took: dict[str, float] = {}
        self._drawn = False
        self._start = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since the board was made."""
        return time.monotonic() - self._start

    def begin(self, step: str) -> None:
        """A step has started."""
        with self._lock:
            self._state[step] = RUNNING
            self._began[step] = time.monotonic()
            if not self._live:
                self._line(f"[{self.elapsed:5.1f} s] {RUNNING} {self._labels[step]}")

    def end(self, step: str, state: str) -> None:
        """A step is over: DONE, KEPT or FAILED."""
        with self._lock:
            self._state[step] = state
            self._took[step] = time.monotonic() - self._began.get(step, time.monotonic())
            if not self._live:
                took = f"（{self._took[step]:.1f} s）" if step in self._began else ""
                self._line(f"[{self.elapsed:5.1f} s] {state} {self._labels[step]}：{_WORDS[state]}{took}")

    def draw(self) -> None:
        """Redraw the rows, on a terminal only."""
        if not self._live:
            return
        with self._lock:
            if self._drawn:
                self._stream.write(f"\x1b[{len(self._labels)}A")
            self._drawn = True
            for step, label in self._labels.items():
                state = self._state[step]
                seconds = self._took.get(step)
                if state == RUNNING:
                    seconds = time.monotonic() - self._began[step]
                clock = f"{seconds:6.1f} s" if seconds is not None and step in self._began else " " * 8
                self._stream.write(f"\x1b[2K{state} {clock}  {label}\n")
            self._stream.flush()

    def _line(self, text: str) -> None:
        self._stream.write(text + "\n")
        self._stream.flush()
