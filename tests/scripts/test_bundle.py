"""Making the bundle: what goes in, exactly, and nothing half made."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from scripts import bundle
from scripts.faults import SetupError
from scripts.tools import Runner

APP = bundle.Wheels("app", f"{sys.version_info[0]}.{sys.version_info[1]}", ("list.txt",))

# Downloads what lies in `offered`, builds what has no wheel with the tag in `tag`.
FAKE_PIP = """#!/bin/sh
echo "$@" >> {at}/calls
case "$*" in
*" download "*) while [ "$1" != --dest ]; do shift; done; cp {at}/offered/* "$2" ;;
*" wheel "*) mkdir -p "$7" && echo built > "$7/sourced-1.0-$(cat {at}/tag).whl" ;;
esac"""
FAKE_UV = """#!/bin/sh
case "$1" in
venv) mkdir -p "$6/bin" && cp {at}/pip "$6/bin/python" ;;
python) echo {python} ;;
esac"""


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body + "\n")
    path.chmod(0o755)
    return path


def wheel(path: Path, **files: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as out:
        for name, text in files.items():
            out.writestr(name, text)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "list.txt").write_text("ready==2.0\nsourced==1.0\n")
    (tmp_path / "offered").mkdir()
    (tmp_path / "offered" / "ready-2.0-py3-none-any.whl").write_text("ready")
    (tmp_path / "offered" / "sourced-1.0.tar.gz").write_text("source")
    (tmp_path / "tag").write_text("py3-none-any")
    script(tmp_path / "pip", FAKE_PIP.format(at=tmp_path))
    script(tmp_path / "uv", FAKE_UV.format(at=tmp_path, python=sys.executable))
    return tmp_path


def runner(root: Path) -> Runner:
    return Runner(root, {"PATH": "/usr/bin:/bin"})


def fetch(root: Path) -> None:
    bundle.fetch(root, APP, runner(root), str(root / "uv"), "step")


def test_wheels_are_fetched_by_hash_for_an_old_system_and_the_rest_is_built(root: Path) -> None:
    fetch(root)
    folder = root / "build" / "bundle" / "app"
    assert {path.name for path in folder.glob("[!.]*")} == {
        "ready-2.0-py3-none-any.whl",
        "sourced-1.0-py3-none-any.whl",
    }
    download = (root / "calls").read_text().splitlines()[0]
    assert "--no-deps --require-hashes" in download and "-r list.txt" in download
    assert "manylinux_2_28_x86_64" in download and "manylinux_2_29" not in download


def test_wheels_are_current_until_the_list_changes(root: Path) -> None:
    assert not bundle.are_current(root, APP)
    fetch(root)
    assert bundle.are_current(root, APP)
    (root / "list.txt").write_text("ready==2.1\n")
    assert not bundle.are_current(root, APP)


def test_what_was_compiled_here_is_refused_and_leaves_nothing_half(root: Path) -> None:
    (root / "tag").write_text("cp311-cp311-linux_x86_64")
    with pytest.raises(SetupError, match=r"sourced-1\.0-cp311-cp311-linux_x86_64\.whl"):
        fetch(root)
    assert list((root / "build" / "bundle").iterdir()) == []


def test_a_list_names_exactly_the_wheels_with_their_hashes(tmp_path: Path) -> None:
    (tmp_path / "b_c-1.0.post1-py3-none-any.whl").write_text("b")
    (tmp_path / "a-2-cp311-cp311-manylinux_2_28_x86_64.whl").write_text("a")
    bundle.write_list(tmp_path, tmp_path / "list.txt")
    a, b = (hashlib.sha256(text).hexdigest() for text in (b"a", b"b"))
    assert (tmp_path / "list.txt").read_text() == f"a==2 --hash=sha256:{a}\nb_c==1.0.post1 --hash=sha256:{b}\n"


def test_the_sums_are_what_sha256sum_reads(tmp_path: Path) -> None:
    (tmp_path / "一").mkdir()
    (tmp_path / "一" / "a").write_text("x")
    (tmp_path / "b").write_text("y")
    bundle.write_sums(tmp_path)
    check = ["sha256sum", "-c", "--strict", "SHA256SUMS"]
    done = subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK") == 2


OURS = {
    "bot/__init__.py": "",
    "bot/cli.py": "print('ours', __file__)",
    "yingsu-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: yingsu\nVersion: 1.0\n",
    "yingsu-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "yingsu-1.0.dist-info/RECORD": "bot/__init__.py,,\n",
}


def test_the_program_is_found_from_its_environment_wherever_both_lie(tmp_path: Path) -> None:
    ours = wheel(tmp_path / "yingsu-1.0-py3-none-any.whl", **OURS)
    program, linked = tmp_path / "first", tmp_path / "wheels"
    linked.mkdir()
    bundle.unpack_program(ours, program, linked)
    site = program / ".venv" / "lib" / "python3.11" / "site-packages"
    with zipfile.ZipFile(linked / ours.name) as whole:
        for name in whole.namelist():
            whole.extract(name, site)
        assert not [name for name in whole.namelist() if name.startswith("bot")]
        record = whole.read("yingsu-1.0.dist-info/RECORD").decode().splitlines()
        assert {line.split(",")[0] for line in record} == set(whole.namelist())
    program.rename(tmp_path / "second")
    site = tmp_path / "second" / site.relative_to(program)
    start = f"import site; site.addsitedir({str(site)!r}); import bot.cli"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", start], capture_output=True, text=True, check=True)
    assert done.stdout == f"ours {tmp_path / 'second' / 'bot' / 'cli.py'}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What `pack` reads of a checkout."""
    wheel(tmp_path / "made" / "yingsu-1.0-py3-none-any.whl", **OURS)
    script(tmp_path / ".venv" / "bin" / "python", f'#!/bin/sh\nmkdir -p "$7" && cp {tmp_path}/made/* "$7"')
    for name in (
        "config.yml",
        "LICENSE",
        "README.md",
        "README.zh-CN.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "deploy/install.sh",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    for name in ("docs/a.md", "nlu/serve.py", "nlu/.venv/x", "nlu/models/model.tar.gz", "nlu/models/jieba.cache"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    wheels = tmp_path / "build" / "bundle"
    wheel(wheels / "app" / "one-1-py3-none-any.whl")
    wheel(wheels / "rasa" / "two-2-py3-none-any.whl")
    wheel(wheels / "uv" / "uv-9-py3-none-linux.whl", **{"uv-9.data/scripts/uv": "#!uv"})
    for name in ("app", "rasa", "uv"):
        (wheels / name / ".stamp").touch()
    return tmp_path


def test_an_archive_holds_what_an_installation_needs_and_is_the_same_twice(checkout: Path) -> None:
    archive = bundle.pack(checkout, runner(checkout), "step")
    assert archive.name == "yingsu-1.0-linux-x86_64.tar.gz"
    with tarfile.open(archive) as tar:
        files = {name.partition("/")[2] for name in tar.getnames() if tar.getmember(name).isfile()}
        assert tar.getmember("yingsu-1.0-linux-x86_64/bin/uv").mode & 0o111
        assert {member.uid for member in tar.getmembers()} == {0}
    assert files >= {
        *("install.sh", "bundle.conf", "SHA256SUMS", "bin/uv", "program/bot/cli.py", "program/nlu/serve.py"),
        *("wheels/app.txt", "wheels/app/one-1-py3-none-any.whl", "wheels/app/yingsu-1.0-py3-none-any.whl"),
        *("wheels/rasa.txt", "wheels/rasa/two-2-py3-none-any.whl", "program/nlu/models/model.tar.gz"),
    }
    assert not [name for name in files if ".venv" in name or ".stamp" in name]
    first = archive.read_bytes()
    assert bundle.pack(checkout, runner(checkout), "step").read_bytes() == first
    said = archive.with_name(archive.name + ".sha256").read_text()
    assert said == f"{hashlib.sha256(first).hexdigest()}  {archive.name}\n"


def test_a_pack_that_fails_leaves_the_old_archive_and_nothing_half(checkout: Path) -> None:
    archive = bundle.pack(checkout, runner(checkout), "step")
    before = archive.read_bytes()
    script(checkout / "tools" / "tar", '#!/bin/sh\necho half > "${11}"; exit 1')
    env = {"PATH": os.pathsep.join([str(checkout / "tools"), "/usr/bin", "/bin"])}
    with pytest.raises(SetupError):
        bundle.pack(checkout, Runner(checkout, env), "step")
    assert archive.read_bytes() == before
    assert len(list((checkout / "dist").iterdir())) == 2
    assert {path.name for path in (checkout / "build" / "bundle").iterdir()} == {"app", "rasa", "uv"}
