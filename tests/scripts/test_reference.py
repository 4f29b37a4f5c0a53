"""docs/reference says what the tables and the command line say."""

from __future__ import annotations

import pytest

from scripts.reference import FOLDER, pages


@pytest.mark.parametrize("name", ["facts.md", "rules.md", "case-steps.md", "commands.md"])
def test_page_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"
