"""The READMEs' talk is a real one."""

from __future__ import annotations

import pytest

from bot.errors import RasaMissing
from bot.rasa_process import RasaFiles
from scripts.transcript import READMES, ROOT, played, undated, written


@pytest.mark.rasa
@pytest.mark.xdist_group("rasa")
def test_the_talk_goes_as_the_readmes_say() -> None:
    try:
        RasaFiles.in_checkout(ROOT).check()
    except RasaMissing as missing:
        pytest.skip(str(missing))
    lines = [line[2:] for line in written().splitlines() if line.startswith("> ")]
    assert undated(played(lines)) == undated(written()), "run `python -m scripts.transcript`"


def test_both_readmes_show_the_same_talk() -> None:
    assert all(written() in path.read_text(encoding="utf-8") for path in READMES)
