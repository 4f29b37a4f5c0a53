"""Telegram: `channel.Telegram` is its door. It receives by polling or by webhook, and talks in private and in groups.

Only this package knows python-telegram-bot. State is the inbox's and Rasa's; nothing here outlives the process.
"""
