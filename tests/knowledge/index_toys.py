"""Small things to index, and an encoder that needs no model."""

from collections.abc import Sequence

import numpy as np

from knowledge.encoder import Vectors
from knowledge.index import Entry

LAWS = [
    Entry("甲法第一条", "行政机关负责人应当出庭应诉。"),
    Entry("甲法第二条", "不能出庭的，应当委托行政机关相应的工作人员出庭。"),
    Entry("乙法第一条", "自收到起诉状副本之日起十五日内提交答辩状。"),
    Entry("乙法第二条", "合同自成立时生效，但是法律另有规定的除外。"),
]


class Toy:
    """An encoder of letters: a direction a character, so that texts with like characters are near."""

    def __init__(self, name: str = "toy", most: int | None = None) -> None:
        self.fingerprint = name
        self.dimensions = 64
        self.seen = 0
        self._most = most

    def encode(self, texts: Sequence[str], *, batch: int = 32) -> Vectors:
        if self._most is not None and self.seen + len(texts) > self._most:
            raise KeyboardInterrupt
        self.seen += len(texts)
        vectors = np.full((len(texts), self.dimensions), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for character in text:
                vectors[row, ord(character) % self.dimensions] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = (vectors / lengths).astype(np.float32)
        return unit


def many(count: int) -> list[Entry]:
    rng = np.random.default_rng(7)
    return [Entry(f"第{n}条", "".join(chr(0x4E00 + c) for c in rng.integers(0, 400, 20))) for n in range(count)]


def keys(found: Sequence[tuple[str, float]]) -> list[str]:
    return [key for key, _ in found]
