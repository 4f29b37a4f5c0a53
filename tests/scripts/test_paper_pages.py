"""docs/papers says what the table of papers says."""

from __future__ import annotations

import pytest

from actions.papers import load_table
from scripts.paper_pages import FOLDER, pages
from scripts.paper_templates import PAPERS


@pytest.mark.parametrize("name", list(pages()))
def test_page_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


def test_the_list_names_every_paper_and_no_other_page_is_left() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"[{it.title}]({it.id}.md)" in listed for it in load_table().papers.values())
    assert {it.name for it in FOLDER.iterdir()} == {*pages(), "README.md"}


def test_every_paper_has_a_layout() -> None:
    assert PAPERS.keys() == load_table().papers.keys()
