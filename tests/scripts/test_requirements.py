"""The pinned lists: they cover what is declared, carry hashes, and name no index and no place."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LISTS = ["app", "dev", "models", "telegram-tests", "rasa", "uv"]


def pinned(name: str) -> list[tuple[Requirement, int]]:
    """Each requirement of a list, and how many hashes it carries."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = [line for line in re.sub(r" *\\\n", " ", text).splitlines() if line and not line.startswith("#")]
    return [(Requirement(line.split(" --hash")[0]), line.count("--hash=sha256:")) for line in lines]


def declared() -> dict[str, list[str]]:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {"app": project["project"]["dependencies"], **project["dependency-groups"]}


@pytest.mark.parametrize("name", LISTS)
def test_every_line_is_one_version_with_a_hash(name: str) -> None:
    for requirement, hashes in pinned(name):
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert hashes > 0, requirement
        assert requirement.url is None


@pytest.mark.parametrize("name", LISTS)
def test_no_list_names_an_index_or_a_place(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|--(?:extra-)?index|--find-links|(?:^|\s)/\w", text)


@pytest.mark.parametrize("name", ["app", "dev", "models"])
def test_a_list_holds_what_is_declared(name: str) -> None:
    """Run `make lock` where this fails."""
    have = {canonicalize_name(r.name): str(r.specifier)[2:] for r, _ in pinned(name)}
    for line in declared()[name]:
        wanted = Requirement(line)
        version = have.get(canonicalize_name(wanted.name))
        assert version is not None, f"{wanted} is missing"
        assert wanted.specifier.contains(version, prereleases=True), f"{wanted}: {version} is pinned"


def test_lists_that_are_installed_together_agree() -> None:
    seen: dict[tuple[str, str], str] = {}
    for name in ("app", "dev", "models", "telegram-tests"):
        for requirement, _ in pinned(name):
            key = (canonicalize_name(requirement.name), str(requirement.marker or ""))
            assert seen.setdefault(key, str(requirement.specifier)) == str(requirement.specifier), name


def test_torch_is_in_no_list_with_hashes() -> None:
    for name in LISTS:
        found = {canonicalize_name(requirement.name) for requirement, _ in pinned(name)}
        assert not {n for n in found if n == "torch" or n.startswith(("nvidia-", "cuda-"))}
