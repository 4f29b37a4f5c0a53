"""Keeping: heads on another disk, backups, and what is forgotten when.

Example:
    with Store.open(path) as store:
        keep_heads(heads, store, Cases(store, units), now)
        assert all(it.ok for it in verify(store, Cases(store, units), heads))
"""

from actions.keeping.archive import Progress
from actions.keeping.backup import Backup, Restored, back_up, restore
from actions.keeping.heads import Finding, Heads, keep_heads, read_heads, verify
from actions.keeping.places import Places, database_file
from actions.keeping.purge import Forgotten, Policy, compact, load_policy, purge

__all__ = [
    "Backup",
    "Finding",
    "Forgotten",
    "Heads",
    "Places",
    "Policy",
    "Progress",
    "Restored",
    "back_up",
    "compact",
    "database_file",
    "keep_heads",
    "load_policy",
    "purge",
    "read_heads",
    "restore",
    "verify",
]
