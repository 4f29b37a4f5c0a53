"""Who may use the assistant: enrolled people, their roles and units, one-use codes, and the switch that rests it.

Example:
    people = People(store)
    post = Post.read(units, "收文岗", "原平住建局", [Role.REGISTER])
    _, code = people.issue(post, by="telegram:1", at=now, random=secrets.randbelow)
    people.enrol(code, person="telegram:123", at=now)
"""

from actions.people.history import Code, Event, Pause, Person
from actions.people.people import People
from actions.people.roles import LOCAL_CHANNELS, Post, Role, supervises

__all__ = ["LOCAL_CHANNELS", "Code", "Event", "Pause", "People", "Person", "Post", "Role", "supervises"]
