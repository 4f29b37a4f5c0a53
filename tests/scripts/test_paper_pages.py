"""docs/papers says what the table of papers says, and templates are as they are laid out."""

from __future__ import annotations

import io
import zipfile

import pytest

from actions.papers import TEMPLATES, load_table
from scripts.paper_pages import FOLDER, pages
from scripts.paper_templates import PAPERS, laid_out


@pytest.mark.parametrize("name", list(pages()))
def test_page_is_up_to_date(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run `make docs`"


def test_the_list_names_every_paper_and_no_other_page_is_left() -> None:
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"[{it.title}]({it.id}.md)" in listed for it in load_table().papers.values())
    assert {it.name for it in FOLDER.iterdir()} == {*pages(), "README.md"}


def test_every_paper_has_a_layout() -> None:
    assert PAPERS.keys() == load_table().papers.keys()


@pytest.mark.parametrize("paper", PAPERS)
def test_a_bundled_template_is_as_it_is_laid_out(paper: str) -> None:
    row = load_table().papers[paper]
    made, kept = io.BytesIO(laid_out(row)), TEMPLATES / row.file
    with zipfile.ZipFile(made) as script, zipfile.ZipFile(kept) as bundled:
        same = script.read("word/document.xml") == bundled.read("word/document.xml")
    assert same, f"delete {kept} and run `python -m scripts.paper_templates`"
