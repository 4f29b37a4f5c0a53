"""Settings, and where things are: data under YINGSU_HOME, models and environments in the checkout."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.errors import HomeNotWritable, InputError
from bot.home import ENV, FILE, LAWS, default_home

CHECKOUT = Path(__file__).resolve().parent.parent

_SECRET = "telegram_token"  # noqa: S105 - a setting's name
_WANTED = {
    "string_type": "应当是加引号的文字",
    "string_too_short": "不能是空的",
    "address": "应当形如 127.0.0.1:8080",
    "groups": "应当是群的编号，例如 -1001234567890，几个之间用逗号",
    "https": "应当以 https:// 开头，Telegram 只认加密的地址",
    "http": "应当以 http:// 或 https:// 开头",
    "token": "应当是 @BotFather 给的令牌，形如 123456:ABC",
}
"""What a value should have been, by pydantic's name of the fault or our own."""

Words = Annotated[str, Field(min_length=1)]
"""A value that says something."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 for a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `host:port`.

        Raises:
            ValueError: it is none.
        """
        host, _, port = text.rpartition(":")
        if not host or not (port.isascii() and port.isdecimal()) or int(port) > 65535:
            raise ValueError("no host:port")
        return cls(host.strip("[]"), int(port))


def _address(given: object) -> object:
    try:
        return given if isinstance(given, Address) else Address.parse(str(given))
    except ValueError as error:
        raise PydanticCustomError("address", "host:port") from error


def _groups(given: object) -> object:
    """Ids by commas, as the environment has them, or a list of them, as TOML has it."""
    many = given.replace("，", ",").split(",") if isinstance(given, str) else given
    if not isinstance(many, list | tuple):
        raise PydanticCustomError("groups", "a list of ids")
    try:
        return tuple(int(str(one)) for one in many if str(one).strip())
    except ValueError as error:
        raise PydanticCustomError("groups", "a list of ids") from error


def _url(*schemes: str) -> BeforeValidator:
    """Takes addresses that begin so; a stroke at their end is dropped."""

    def checked(given: object) -> object:
        if not isinstance(given, str):
            return given
        if not re.match(rf"({'|'.join(schemes)})://[^\s/]", given):
            raise PydanticCustomError(schemes[-1], "a URL")
        return given.rstrip("/")

    return BeforeValidator(checked)


def _token(given: object) -> object:
    if isinstance(given, str) and not re.fullmatch(r"\s*\d+:[\w-]+\s*", given, re.ASCII):
        raise PydanticCustomError("token", "a bot's token")  # and not a word of what it was
    return given.strip() if isinstance(given, str) else given


Where = Annotated[Address, NoDecode, BeforeValidator(_address)]
"""An address to listen on, written `host:port`."""


class Settings(BaseSettings):
    """Settings: from the environment, or else from `yingsu.toml` in the home folder, or else by default.

    `docs/settings.md` has a row for each.

    Attributes:
        home: the folder of this installation's data; by default the platform's folder for user data.
        database: a database's URL; by default a SQLite file in `home`.
        encoder: the name or folder of a Sentence Transformers model, or a folder that `make encoder` wrote; None for
            the bundled one. A folder is written with `/`, `~` or `.` first; `.` starts from `home`.
        heads: the file to which the heads of both chains go, meant for another disk; by default `heads.jsonl` in
            `home`, from where relative paths start too.
        contact: whom people are told to ask for access; a post, not a person.
        status: where `yingsu serve` has /healthz, /metrics and calendars; loopback: not all ask for a password.
        telegram_token: the bot's token, from @BotFather; None for no such channel.
        telegram_groups: the ids of the groups that the bot may be in; it leaves any other.
        telegram_public_url: the address under which Telegram reaches our webhook; None to poll.
        telegram_webhook: where the web server in front of us hands Telegram's calls on to.
        telegram_api_url: where the Bot API is; another one for a server of one's own.
        telegram_proxy: an HTTP proxy on the way there, `http://…`; None for what the environment says.

    Raises:
        InputError: the file cannot be read, or it or the environment has a setting or value that does not exist; or
            everybody on the machine could read the token in the file.
    """

    model_config = SettingsConfigDict(env_prefix=ENV, env_ignore_empty=True, extra="forbid", frozen=True)

    home: Path = Field(default_factory=default_home)
    database: Words | None = Field(default=None, repr=False)  # a URL may hold a password
    encoder: Words | None = None
    heads: Words | None = None
    contact: Words = "本单位管理员"
    status: Where = Address("127.0.0.1", 8080)
    telegram_token: Annotated[SecretStr, BeforeValidator(_token)] | None = None
    telegram_groups: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_groups)] = ()
    telegram_public_url: Annotated[str, _url("https")] | None = None
    telegram_webhook: Where = Address("127.0.0.1", 8081)
    telegram_api_url: Annotated[str, _url("https", "http")] = "https://api.telegram.org"
    telegram_proxy: Annotated[str, _url("https", "http")] | None = Field(default=None, repr=False)

    def __init__(self, **handed: Any) -> None:
        try:
            super().__init__(**handed)
        except ValidationError as error:
            fault = error.errors()[0]
            if fault["loc"][0] in handed:
                raise
            raise InputError(_told(type(self), fault["loc"], fault["type"], handed)) from error

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is handed over, the environment, the file: the first that has a setting counts."""
        file = _read(_file(settings_cls, {**env_settings(), **init_settings()}))
        return init_settings, env_settings, InitSettingsSource(settings_cls, file)

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("encoder")
    @classmethod
    def _from_home(cls, encoder: str | None, info: ValidationInfo) -> str | None:
        if encoder is None or not encoder.startswith((".", "~")):
            return encoder
        home: Path = info.data["home"]
        return os.path.normpath(home / Path(encoder).expanduser())

    @property
    def store(self) -> str | Path:
        """Where decisions are kept."""
        return self.database or self.home / "yingsu.sqlite"

    @property
    def heads_file(self) -> Path:
        """Where the heads of both chains are kept."""
        return self.home / Path(self.heads or "heads.jsonl").expanduser()

    @property
    def trained(self) -> Path:
        """Where look-up keeps what it trained for encoders other than the bundled one."""
        return self.home / "search"

    @property
    def templates(self) -> Path:
        """Where an installation's own templates of papers are; see `actions.papers`."""
        return self.home / "templates"

    @property
    def laws(self) -> Path:
        """Where the law texts beside the measure are kept."""
        return self.home / LAWS

    def need_telegram_token(self) -> str:
        """The bot's token, to be called with.

        Raises:
            InputError: none is set.
        """
        if self.telegram_token is None:
            raise InputError(f"没有设置任何渠道。请把 {ENV}TELEGRAM_TOKEN 设为 @BotFather 给的令牌后重试。")
        return self.telegram_token.get_secret_value()

    def prepare_home(self) -> Path:
        """Make the home folder, for its owner only.

        Raises:
            HomeNotWritable: it cannot be made or written.
        """
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise HomeNotWritable(
                f"不能使用数据目录 {self.home}：它不是文件夹，或没有权限。请改正，或把 YINGSU_HOME 设为可写的目录。"
            ) from error
        if not os.access(self.home, os.W_OK | os.X_OK):
            raise HomeNotWritable(f"数据目录 {self.home} 不可写。请改正权限，或把 YINGSU_HOME 设为可写的目录。")
        return self.home


def _file(settings: type[BaseSettings], known: Mapping[str, Any]) -> Path:
    """Where the file is, by what is known without it."""
    home = known.get("home") or settings.model_fields["home"].get_default(call_default_factory=True, validated_data={})
    return Path(home).expanduser().absolute() / FILE


def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors put a mark in front
        everybody = path.stat().st_mode & stat.S_IROTH
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise InputError(f"读不到设置文件 {path}，请检查它是不是文件、有没有权限。") from error
    except UnicodeDecodeError as error:
        raise InputError(f"设置文件 {path} 不是 UTF-8 文本。请另存为 UTF-8 后重试。") from error
    import tomllib  # here, not above: most installations have no file, and a start should be quick

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"第{at[1]}行第{at[2]}列" if at else "文件末尾"
        raise InputError(f"设置文件 {path} 不是 TOML：错在{where}。请改正后重试。") from error
    if "home" in data:  # it says where this file is
        raise InputError(f"设置文件 {path} 里不能写 home。请删去，用环境变量 {ENV}HOME 设置数据目录。")
    if _SECRET in data and everybody:
        raise InputError(f"设置文件 {path} 里有 {_SECRET}，本机别的用户也读得到。请运行 chmod 600 {path} 后重试。")
    return data


def _told(settings: type[BaseSettings], loc: tuple[int | str, ...], kind: str, handed: Mapping[str, Any]) -> str:
    """What is wrong with a setting, and where that stands."""
    env = EnvSettingsSource(settings)()
    path = _file(settings, {**env, **handed})
    if kind == "extra_forbidden":
        known = "、".join(name for name in settings.model_fields if name != "home")
        return f"设置文件 {path} 里没有 {_key(loc)} 这项设置，可写的有：{known}。请改正后重试。"
    where = f"环境变量 {ENV}{str(loc[0]).upper()} " if loc[0] in env else f"设置文件 {path} 里的 {_key(loc)} "
    return f"{where}{_WANTED.get(kind, '的值不对')}。请改正后重试。"


def _key(loc: tuple[int | str, ...]) -> str:
    return ".".join(map(str, loc))
