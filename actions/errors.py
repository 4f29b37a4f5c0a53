"""Errors of the actions room.

ActionError
├── PeopleError                 access stays as it was
│   ├── InvalidPerson           a name, unit, role, person or reason that cannot be kept
│   ├── NoSuchPerson            nobody enrolled and no open code by that name
│   ├── AlreadyEnrolled         a code is for somebody new
│   └── CodeRefused             no such code, or one that was used, withdrawn or has expired
├── CaseError                   the case stays as it was
│   ├── NoSuchCase              no case has that number, or the person may not see it
│   ├── NotAllowed              the person's role or unit may not take the step
│   └── StepRefused             the case as it is does not admit the step, or a detail of it
└── StoreError
    ├── StoreUnavailable        the database cannot be used
    │   ├── StoreMissing        there is none, and none may be made
    │   ├── StoreNotWritable    no permission, no space, or the path cannot be a file
    │   ├── StoreBusy           another program holds it too long
    │   ├── NotADatabase        the file is something else, or damaged
    │   └── NewerDatabase       written by a later version of this program
    └── NotRecorded             the database is well, the decision is not
        ├── InvalidDecision     a field that cannot be stored
        ├── PersonalData        it holds what looks like a party's personal data
        ├── KeyReused           the key already names a decision with other content
        ├── NoSuchDecision      the number names no decision
        └── AlreadySuperseded   a later decision already supersedes that one

Every message is one Chinese sentence that an official can act on; none repeats the data that was refused.
"""

from __future__ import annotations


class ActionError(Exception):
    """Base of everything this room raises on purpose."""


class PeopleError(ActionError):
    """Who may use the assistant could not be changed; access stays as it was."""


class InvalidPerson(PeopleError):
    """A name, unit, role, person or reason is malformed, or one that cannot be kept."""


class NoSuchPerson(PeopleError):
    """Nobody who is enrolled, and no code that can be used, goes by that name."""


class AlreadyEnrolled(PeopleError):
    """The person is enrolled; only an administrator changes what they may do."""


class CodeRefused(PeopleError):
    """The code does not exist, has been used or withdrawn, or has expired."""


class CaseError(ActionError):
    """A case could not be changed or shown; it stays as it was."""


class NoSuchCase(CaseError):
    """No case has that number, or the person may not see it: the two are told alike."""


class NotAllowed(CaseError):
    """The person's role or unit may not take the step."""


class StepRefused(CaseError):
    """The case as it is does not admit the step, or a detail is missing or impossible.

    Attributes:
        detail: The detail that is missing or wrong, `reason` included; empty where it is none.
    """

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class StoreError(ActionError):
    """Base of the errors of the store."""


class StoreUnavailable(StoreError):
    """The database cannot be used."""


class StoreMissing(StoreUnavailable):
    """There is no database at that place and none may be created."""


class StoreNotWritable(StoreUnavailable):
    """The database cannot be created or written."""


class StoreBusy(StoreUnavailable):
    """Another program has been holding the database for too long."""


class NotADatabase(StoreUnavailable):
    """The file is no database of this program, or it is damaged."""


class NewerDatabase(StoreUnavailable):
    """The database has a schema that this version of the program does not know."""


class NotRecorded(StoreError):
    """The decision was refused; nothing was written."""


class InvalidDecision(NotRecorded):
    """A field of the decision is empty, malformed or cannot be written as JSON."""


class PersonalData(NotRecorded):
    """The facts or the reason hold what looks like personal data of a party (PIPL Art. 28)."""


class KeyReused(NotRecorded):
    """The idempotency key already belongs to a decision with other content."""


class NoSuchDecision(NotRecorded):
    """No decision has that number."""


class AlreadySuperseded(NotRecorded):
    """The decision has already been superseded by a later one."""
