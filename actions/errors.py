"""Errors of the actions room.

ActionError
├── PeopleError                 access stays as it was
│   ├── InvalidPerson           a name, unit, role, person or reason that cannot be kept
│   ├── NoSuchPerson            nobody enrolled and no open code by that name
│   ├── AlreadyEnrolled         a code is for somebody new
│   └── CodeRefused             no such code, or one that was used, withdrawn or has expired
├── KeepingError                what is kept stays as it was
│   ├── NotKept                 a file cannot be written: no space, no permission
│   ├── HeadsRefused            the records do not continue the file of heads, or it cannot be read
│   └── BackupRefused           the file is no whole backup of this program's, or data are in its way
├── CaseError                   the case stays as it was
│   ├── NoSuchCase              no case has that number, or the person may not see it
│   ├── NotAllowed              the person's role or unit may not take the step
│   └── StepRefused             the case as it is does not admit the step, or a detail of it
├── PaperError                  no paper was made
│   ├── NoSuchPaper             none is called so
│   ├── PaperRefused            the case as it is does not admit it
│   └── BrokenTemplate          its template cannot be filled
├── LedgerError                 no list, table or report was made: a period, filter or unit that cannot be meant
│   └── NoChineseFont           nor a chart: the machine has no font for it
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


class KeepingError(ActionError):
    """Heads were not kept, a backup not made or not restored; what was there before still is."""


class NotKept(KeepingError):
    """A file cannot be written: the disk is full, or there is no permission."""


class HeadsRefused(KeepingError):
    """The records do not continue the file of heads, or that file cannot be read."""


class BackupRefused(KeepingError):
    """The file is no whole backup of this program's or was made by a later version, or data are in its way."""


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


class LedgerError(ActionError):
    """A list, table or report was asked for with a period, filter or unit that cannot be meant; none was made."""


class NoChineseFont(LedgerError):
    """No installed font can write the words of a chart."""


class PaperError(ActionError):
    """No paper was made, not even a part of one."""


class NoSuchPaper(PaperError):
    """No paper is called so."""


class PaperRefused(PaperError):
    """The case as it is does not admit the paper."""


class BrokenTemplate(PaperError):
    """The paper's template is no Word document, or has a tag that cannot be filled; the message says which."""


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
