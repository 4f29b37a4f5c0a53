"""The command line: `yingsu`. Its errors are one sentence; exit code 2 for the caller's mistakes, 1 for our faults."""

from __future__ import annotations

import atexit
import gc
import importlib
import logging
import sys
from typing import Annotated

import typer

_MODULES = {
    "case": ("decide", "facts", "deadlines", "table"),
    "cases": ("cases",),
    "attendees": ("attendees",),
    "look_up": ("ask",),
    "understand": ("understand",),
    "laws": ("laws",),
    "chat": ("chat",),
    "serve": ("serve",),
    "record": ("decisions",),
    "people": ("people", "pause", "resume"),
    "keeping": ("verify", "backup", "restore", "purge"),
    "evaluate": ("eval",),
    "upkeep": ("doctor", "nlu"),
}
"""The commands of each module of this package, which its `add_to` adds."""


def build(called: str | None = None) -> typer.Typer:
    """The command line: whole, or the one module that has a command, so that its start reads what it needs.

    Args:
        called: the command; None, or one that there is not, for all of them.
    """
    app = typer.Typer(
        name="yingsu",
        help="应诉助手：谁承办、谁出庭、交什么、哪天前，每个答案都带条文。\n\n"
        "Who handles an administrative lawsuit, who attends court, what to file by when - each answer with its clause.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback(invoke_without_command=True)(_root)
    for name in [name for name, commands in _MODULES.items() if called in commands] or _MODULES:
        importlib.import_module(f"bot.cli.{name}").add_to(app)
    return app


def _root(
    version: Annotated[bool, typer.Option("--version", help="显示版本 / show the version", is_eager=True)] = False,
) -> None:
    if version:
        import importlib.metadata

        print(f"yingsu {importlib.metadata.version('yingsu')}")
        raise typer.Exit


_LASTING = 100_000
"""New objects before the collector looks: a start makes many that stay, and walking them is a tenth of its time."""
_LOOKS_UP = (["ask"], ["chat"])
_log = logging.getLogger(__name__)


def main() -> None:
    """Run the command line."""
    from actions.errors import ActionError
    from bot.errors import BotError, RasaFault
    from knowledge.errors import KnowledgeError

    gc.set_threshold(_LASTING)
    atexit.register(gc.freeze)  # what is left at the end goes with the process; searching it takes a tenth of a second
    if sys.argv[1:2] in _LOOKS_UP:
        from knowledge.bundled import begin_loading_encoder

        begin_loading_encoder()  # while the command line and its libraries are read
    try:
        build(*sys.argv[1:2])()
    except RasaFault as fault:
        sys.exit(_said(fault, 2))
    except (KnowledgeError, ActionError, BotError) as error:
        sys.exit(_said(error, 2))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as fault:
        _log.debug("internal fault", exc_info=fault)
        sys.exit(_said(f"程序内部出错（{type(fault).__name__}）。请运行 yingsu doctor，并把这句话告诉维护人员。", 1))


def _said(words: object, code: int) -> int:
    print(" ".join(str(words).split()), file=sys.stderr)  # what a library adds may have lines of its own
    return code
