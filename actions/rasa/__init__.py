"""Rasa's custom actions: what the conversation calls, and nothing of what it means."""
