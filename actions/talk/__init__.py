"""The talk's meaning: what each message does to a case, and what is said to it.

`service.TalkService` is its door. It is not imported here: whoever wants only the talk's words need not load the store.
"""
