"""Reminders of the dates of cases: 7, 3 and 1 days before, that morning, daily once a date has passed; each once.

Example:
    reminders = Reminders(inbox)
    due = reminders.due_now(cases.list(), people.list(), units, now)
    sent = reminders.claim(due, inbox, now)
"""

from actions.reminding.reminders import Reminders
from actions.reminding.stages import Reminder, later, pressing
from actions.reminding.turns import Turn, turns

__all__ = ["Reminder", "Reminders", "Turn", "later", "pressing", "turns"]
