"""`yingsu serve`: the assistant for everybody, until it is told to stop."""

from __future__ import annotations

import typer


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help="运行全部：Rasa、助手和已配置的渠道 / run Rasa, the assistant and each channel set up")(serve)


def serve() -> None:
    """Serve until SIGTERM or Ctrl-C; what has begun is ended within five seconds, the rest stays in the inbox."""
    import asyncio
    import signal
    import sys

    from bot.settings import Settings

    settings = Settings()
    settings.need_telegram_token()  # told at once, not after a training

    from bot import logs
    from bot.app import App
    from bot.serve import RASA, end_in_time
    from bot.serve import serve as run

    logs.set_up(sys.stderr)
    app = App(settings, limits=RASA)  # outside the event loop: until it is made, a signal ends everything at once

    async def until_told() -> None:
        stop = asyncio.Event()

        def told() -> None:
            stop.set()
            end_in_time()

        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told)
        await run(app, settings, stop)

    asyncio.run(until_told())
