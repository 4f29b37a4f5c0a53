"""Inline mode: `@bot 司法建议` in any chat offers clauses to quote there. Nothing of it is kept."""

from __future__ import annotations

import hashlib

import telegram
from telegram.constants import ParseMode

from bot.channels.telegram import words
from bot.channels.telegram.api import Bot, try_once
from bot.channels.telegram.markup import LIMIT, length, marked_up
from bot.channels.telegram.reading import BEGIN, NAME
from bot.reception import Reception
from knowledge.privacy import find_personal

_MOST = 5
_CACHE_SECONDS = 60
_SHORT = 100
_ENROL = telegram.InlineQueryResultsButton(words.INLINE_ENROL, start_parameter=BEGIN)


async def answer_inline(bot: Bot, reception: Reception, query: telegram.InlineQuery) -> None:
    """Offer the clauses that a query finds, to people who may look up; they may change where they are quoted."""
    refused = await reception.refusal(f"{NAME}:{query.from_user.id}")
    found = [] if refused or find_personal(query.query) else reception.clauses(query.query)[:_MOST]
    results = [
        telegram.InlineQueryResultArticle(
            id=hashlib.sha256(f"{place}{quote}".encode()).hexdigest()[:32],
            title=place,
            description=quote[:_SHORT],
            input_message_content=telegram.InputTextMessageContent(
                marked_up(f"{place}：“{quote}”"), parse_mode=ParseMode.HTML
            ),
        )
        for place, quote in found
        if length(f"{place}：“{quote}”") <= LIMIT
    ]
    button = _ENROL if refused and refused.reason == "not_enrolled" else None
    await try_once(
        bot.answer_inline_query(query.id, results, cache_time=_CACHE_SECONDS, is_personal=True, button=button)
    )
