"""Our own entry to Rasa: train a model, or serve one on loopback.

    serve.py train --out models/model.tar.gz
    serve.py run --port PORT --model MODEL --actions URL --tracker FILE [--die-with-parent]

`run` reads the token that both sides show each other from YINGSU_RASA_TOKEN. Unlike `rasa run`, it

* opens one door only, the authenticated channel of `channel.py`, and not Rasa's HTTP API;
* builds the JSON-schema validator of action results once instead of at every call (91 % of an action's turn),
  tells an action what happened since the person's message instead of since the beginning, and looks up each
  type of event once;
* imports skops before TensorFlow, because imported later it walks every loaded module (4-6 s);
* waits for an action for seconds, not for five minutes, and then takes back the whole turn;
* understands one sentence before it listens, so that the first person does not pay for jieba's dictionary;
* writes no word of what people say to its log, and sends nothing anywhere.
"""

import os

# Read when the libraries are imported, so before anything else.
os.environ.update(
    TF_CPP_MIN_LOG_LEVEL="3",
    RASA_TELEMETRY_ENABLED="false",
    SANIC_WORKERS="1",
    SQLALCHEMY_SILENCE_UBER_WARNING="1",
    CUDA_VISIBLE_DEVICES="",
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    **dict.fromkeys(("TF_INTRA_OP_PARALLELISM_THREADS", "TF_INTER_OP_PARALLELISM_THREADS"), "1"),
)

import argparse
import logging
import signal
import sys
import threading
import warnings
from collections.abc import MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ACTION_SECONDS = 20
GREETING = "你好"


def main() -> int:
    """Parses the command line and does what it says; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    train_parser = commands.add_parser("train", help="train the model from config.yml and nlu/")
    train_parser.add_argument("--out", type=Path, required=True)
    run_parser = commands.add_parser("run", help="serve a model on 127.0.0.1")
    run_parser.add_argument("--port", type=int, required=True)
    run_parser.add_argument("--model", type=Path, required=True)
    run_parser.add_argument("--actions", required=True, help="URL of the action webhook")
    run_parser.add_argument("--tracker", type=Path, required=True, help="SQLite file of the conversations")
    run_parser.add_argument(
        "--die-with-parent", action="store_true", help="end when standard input closes: its owner has died"
    )
    options = parser.parse_args()
    quieten()
    if options.command == "train":
        return train(options.out.resolve())
    if options.die_with_parent:
        threading.Thread(target=die_with_parent, daemon=True).start()
    return run(options)


def quieten() -> None:
    """Sets logging so that no message text can reach the log, whoever logs it."""
    import structlog

    warnings.simplefilter("ignore")
    structlog.configure(
        processors=[without_texts, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(NoTexts("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def without_texts(_: Any, level: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Keeps a structlog event's name and the type of its exception; everything else may quote a person."""
    kept: dict[str, Any] = {"level": level, "event": event.get("event")}
    if event.get("exc_info"):
        kept["exception"] = getattr(sys.exc_info()[0], "__name__", None)
    return kept


class NoTexts(logging.Formatter):
    """A formatter that prints the path an exception took, and its type, without its message."""

    def formatException(self, exc_info: Any) -> str:
        """Returns the frames of the traceback and the exception's type."""
        import traceback

        return "".join(traceback.format_tb(exc_info[2])) + exc_info[0].__name__


def die_with_parent() -> None:
    """Blocks until standard input closes, then asks this process to end, and makes sure that it does, soon.

    A turn is on disk when it is answered: nothing is lost by ending it in the middle.
    """
    while os.read(0, 4096):
        pass
    killer = threading.Timer(0.4, os._exit, args=[1])
    killer.daemon = True
    killer.start()
    os.kill(os.getpid(), signal.SIGTERM)


def train(out: Path) -> int:
    """Trains from config.yml, nlu/domain and nlu/data into `out` (a .tar.gz); 0 when the model is there."""
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(HERE / ".rasa" / "cache"))
    import skops.io  # noqa: F401
    from rasa.model_training import train as rasa_train

    out.parent.mkdir(parents=True, exist_ok=True)
    keep_dictionary_in(out.parent)
    result = rasa_train(
        domain=str(HERE / "domain"),
        config=str(HERE.parent / "config.yml"),
        training_files=[str(HERE / "data")],
        output=str(out.parent),
        fixed_model_name=out.name,
    )
    return int(result.code) if result.model else 1


def keep_dictionary_in(folder: Path) -> None:
    """Lets jieba keep its prepared dictionary in a folder of ours; by default it loads what lies in /tmp."""
    import jieba

    jieba.dt.tmp_dir = str(folder)
    jieba.setLogLevel(logging.WARNING)


def run(options: argparse.Namespace) -> int:
    """Serves the model until it is told to stop."""
    if not os.environ.get("YINGSU_RASA_TOKEN"):
        print("缺少环境变量 YINGSU_RASA_TOKEN：请设置后再启动。", file=sys.stderr)
        return 2
    if not options.model.is_file():
        print(f"找不到模型 {options.model}：请先运行 serve.py train --out {options.model}。", file=sys.stderr)
        return 2
    os.environ["YINGSU_ACTIONS_URL"] = options.actions
    os.environ["YINGSU_TRACKER"] = str(options.tracker.resolve())

    import skops.io  # noqa: F401  before TensorFlow: see the top of this file
    from rasa.core import agent
    from rasa.core import run as rasa_run
    from rasa.core.actions import action
    from rasa.core.utils import read_endpoints_from_path
    from rasa.shared.core import events

    keep_dictionary_in(options.model.resolve().parent)
    os.umask(0o077)
    speed_up(action, events)
    report_failures(action)
    action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS
    endpoints = read_endpoints_from_path(str(HERE / "endpoints.yml"))
    app = rasa_run.configure_app(
        rasa_run.create_http_input_channels(None, str(HERE / "credentials.yml")),
        enable_api=False,
        endpoints=endpoints,
        port=options.port,
    )

    async def load(running: Any, loop: Any) -> None:
        running.ctx.agent = await agent.load_agent(str(options.model), endpoints=endpoints, loop=loop)
        if not running.ctx.agent.is_ready():
            raise SystemExit(3)
        await running.ctx.agent.parse_message(GREETING)

    app.register_listener(load, "before_server_start")
    app.run(host="127.0.0.1", port=options.port, workers=1, access_log=False, motd=False)
    return 0


def speed_up(action: Any, events: Any) -> None:
    """Takes out of every turn what costs time and changes nothing.

    Args:
        action: The module `rasa.core.actions.action`.
        events: The module `rasa.shared.core.events`.
    """
    from jsonschema.validators import validator_for

    schema = action.RemoteAction.action_response_format_spec()
    validator = validator_for(schema)(schema)

    def validate(_: Any, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    def call(self: Any, tracker: Any, domain: Any) -> dict[str, Any]:
        since_message: list[Any] = []
        for event in reversed(tracker.events):
            since_message.insert(0, event.as_dict())
            if isinstance(event, events.UserUttered):
                break
        state = {**tracker.current_state(), "events": since_message}
        return {"next_action": self.name(), "sender_id": tracker.sender_id, "tracker": state}

    action.RemoteAction._validate_action_result = validate
    action.RemoteAction._action_call_format = call
    events.Event.resolve_by_type = staticmethod(lru_cache(maxsize=None)(events.Event.resolve_by_type))


def report_failures(action: Any) -> None:
    """Lets a turn know that one of its actions could not be run; a rejection is no failure.

    Args:
        action: The module `rasa.core.actions.action`.
    """
    import turn

    run_remotely = action.RemoteAction.run

    async def run_and_report(self: Any, *arguments: Any) -> Any:
        try:
            return await run_remotely(self, *arguments)
        except action.ActionExecutionRejection:
            raise
        except Exception:
            turn.fail(self.name())
            raise

    action.RemoteAction.run = run_and_report


if __name__ == "__main__":
    sys.exit(main())
