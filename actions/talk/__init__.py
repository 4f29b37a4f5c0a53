"""The talk's meaning: what each message does to a case, and what is said to it."""

from actions.talk.service import TalkService

__all__ = ["TalkService"]
