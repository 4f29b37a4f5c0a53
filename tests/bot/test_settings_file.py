"""yingsu.toml: below the environment, above the defaults; what is wrong with it is one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.errors import InputError
from bot.settings import CHECKOUT, Address, Settings
from tests.bot.running import Run

TOKEN = "12345:loopback"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"YINGSU_{name.upper()}", raising=False)
    monkeypatch.setenv("YINGSU_HOME", str(tmp_path))
    return tmp_path


def write(home: Path, text: str, mode: int = 0o600) -> Path:
    path = home / "yingsu.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_without_a_file_all_is_as_by_default(home: Path) -> None:
    settings = Settings()
    assert (settings.home, settings.database, settings.encoder) == (home, None, None)


def test_the_file_says_what_the_environment_does_not(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    write(home, 'database = "sqlite:///file.sqlite"\nencoder = "some/model"\n')
    monkeypatch.setenv("YINGSU_ENCODER", "another/model")
    assert (Settings().database, Settings().encoder) == ("sqlite:///file.sqlite", "another/model")
    monkeypatch.setenv("YINGSU_ENCODER", "")
    assert Settings().encoder == "some/model", "an empty variable is none"
    assert Settings(encoder="handed/over").encoder == "handed/over"


def test_a_mark_of_byte_order_is_no_fault(home: Path) -> None:
    (home / "yingsu.toml").write_bytes(b'\xef\xbb\xbfencoder = "some/model"\r\n')
    assert Settings().encoder == "some/model"


def test_the_file_lies_in_the_home_that_counts(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / "other").mkdir()
    write(home, 'encoder = "some/model"')
    write(home / "other", 'encoder = "another/model"')
    assert Settings(home=home / "other").encoder == "another/model"
    monkeypatch.delenv("YINGSU_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    monkeypatch.setenv("HOME", str(home))
    default = Settings().home
    default.mkdir(parents=True)
    write(default, 'encoder = "of/the/default"')
    assert Settings().encoder == "of/the/default"


def test_a_folder_of_an_encoder_is_the_same_from_everywhere(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.chdir("/")
    for said, meant in {
        "./models/own": str(home / "models" / "own"),
        "~/models/own": "/home/somebody/models/own",
        "/srv/own": "/srv/own",
        "BAAI/bge-small-zh-v1.5": "BAAI/bge-small-zh-v1.5",
    }.items():
        write(home, f'encoder = "{said}"')
        assert Settings().encoder == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('encodr = "some/model"', r"没有 encodr 这项设置，可写的有：.*database、encoder"),
        ("[encoder]\nname = 1", r"里的 encoder 应当是加引号的文字"),
        ("encoder = 5", r"里的 encoder 应当是加引号的文字"),
        ("database = true", r"里的 database 应当是加引号的文字"),
        ('encoder = ""', r"里的 encoder 不能是空的"),
        ('home = "/elsewhere"', r"不能写 home.*YINGSU_HOME"),
        ('encoder = "a"\nencoder = some/model', r"不是 TOML：错在第2行第"),
        ('encoder = "a', r"不是 TOML：错在文件末尾"),
        ('contact = ""', r"里的 contact 不能是空的"),
        ("status = 8080", r"里的 status 应当形如 127\.0\.0\.1:8080"),
        ('status = "host:70000"', r"里的 status 应当形如"),
        ('telegram_token = "secret"', r"里的 telegram_token 应当是 @BotFather 给的令牌"),
        ("telegram_token = 5", r"里的 telegram_token 应当是加引号的文字"),
        ("telegram_groups = 5", r"里的 telegram_groups 应当是群的编号"),
        ("telegram_groups = [1.5]", r"里的 telegram_groups 应当是群的编号"),
        ('telegram_public_url = "http://bot.example"', r"里的 telegram_public_url 应当以 https:// 开头"),
        ('telegram_api_url = "bot.example"', r"里的 telegram_api_url 应当以 http:// 或 https:// 开头"),
        ('telegram_proxy = "socks5://h"', r"里的 telegram_proxy 应当以 http:// 或 https:// 开头"),
    ],
)
def test_what_is_wrong_is_one_sentence_that_names_file_and_key(home: Path, text: str, told: str) -> None:
    path = write(home, text)
    with pytest.raises(InputError, match=told) as raised:
        Settings()
    assert str(path) in str(raised.value)
    assert re.fullmatch(r"[^。\n]+。[^。\n]+。", str(raised.value))


def test_a_file_that_is_no_text_or_no_file_is_told(home: Path) -> None:
    path = home / "yingsu.toml"
    path.write_bytes(b'encoder = "\xff"')
    with pytest.raises(InputError, match=r"yingsu\.toml 不是 UTF-8 文本"):
        Settings()
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=r"读不到设置文件 .*yingsu\.toml"):
        Settings()


def test_a_wrong_value_is_looked_for_where_it_stands(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    class More(Settings):
        port: int = 1

    path = write(home, 'port = "many"')
    with pytest.raises(InputError, match=rf"设置文件 {re.escape(str(path))} 里的 port 的值不对"):
        More()
    monkeypatch.setenv("YINGSU_PORT", "more")
    with pytest.raises(InputError, match=r"^环境变量 YINGSU_PORT 的值不对"):
        More()
    with pytest.raises(ValidationError):  # a program's own mistake
        More(port="most")


def test_the_channel_is_set_in_the_file_or_the_environment(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    write(home, f'telegram_token = "{TOKEN}"\ntelegram_groups = [-1001]\nstatus = "[::1]:80"\ncontact = "法制科"')
    settings = Settings()
    assert (settings.need_telegram_token(), settings.telegram_groups) == (TOKEN, (-1001,))
    assert (settings.status, settings.contact) == (Address("::1", 80), "法制科")
    monkeypatch.setenv("YINGSU_TELEGRAM_TOKEN", " 6:other ")
    monkeypatch.setenv("YINGSU_TELEGRAM_GROUPS", "-1002，-1003,")
    monkeypatch.setenv("YINGSU_TELEGRAM_WEBHOOK", "127.0.0.1:0")
    monkeypatch.setenv("YINGSU_TELEGRAM_API_URL", "http://127.0.0.1:9/")
    settings = Settings()
    assert (settings.need_telegram_token(), settings.telegram_groups) == ("6:other", (-1002, -1003))
    assert (settings.telegram_webhook, settings.telegram_api_url) == (Address("127.0.0.1", 0), "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TOKEN", "secret", "@BotFather"),
        ("GROUPS", "群", "-1001234567890"),
        ("PUBLIC_URL", "http://bot.example", "https://"),
        ("WEBHOOK", "8081", "127.0.0.1:8080"),
    ],
)
def test_what_is_wrong_in_the_environment_is_told_without_the_value(
    monkeypatch: pytest.MonkeyPatch, home: Path, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"YINGSU_TELEGRAM_{name}", value)
    with pytest.raises(InputError, match=rf"^环境变量 YINGSU_TELEGRAM_{name} .*{told}") as raised:
        Settings()
    assert "secret" not in str(raised.value)


def test_a_token_that_everybody_may_read_is_refused(home: Path) -> None:
    path = write(home, f'telegram_token = "{TOKEN}"', 0o644)
    with pytest.raises(InputError, match=rf"chmod 600 {re.escape(str(path))}") as raised:
        Settings()
    assert TOKEN not in str(raised.value)
    write(home, 'encoder = "some/model"', 0o644)
    assert Settings().encoder == "some/model", "nothing else is secret"


def test_a_token_is_never_shown(monkeypatch: pytest.MonkeyPatch, run: Run) -> None:
    monkeypatch.setenv("YINGSU_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("YINGSU_TELEGRAM_PROXY", "http://user:word@proxy")
    monkeypatch.setenv("YINGSU_DATABASE", "postgresql+psycopg://user:word@127.0.0.1:1/base")
    shown = repr(Settings()) + str(Settings())
    assert TOKEN not in shown and "word" not in shown
    result = run("doctor")
    assert TOKEN not in result.out + result.err and "word" not in result.out + result.err


def test_a_command_ends_with_that_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    write(tmp_path / "home", "encoder = 5")
    result = run("laws", "list")
    assert result.code == 2 and not result.out
    assert re.fullmatch(r"设置文件 \S+ 里的 encoder 应当是加引号的文字。请改正后重试。\n", result.err)


def test_the_page_has_every_setting_and_no_other() -> None:
    page = (CHECKOUT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S+) \| `(YINGSU_\w+)` \| .+ \| .+ \|$", page, re.M)
    expected = [(f"`{name}`", f"YINGSU_{name.upper()}") for name in Settings.model_fields if name != "home"]
    assert sorted(rows) == sorted([("–", "YINGSU_HOME"), *expected])
