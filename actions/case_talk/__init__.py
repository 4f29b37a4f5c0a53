"""The case desk in words: short commands and questions, on every channel and on the command line."""

from actions.case_talk.desk import CaseDesk
from actions.case_talk.shown import Option, Shown

__all__ = ["CaseDesk", "Option", "Shown"]
