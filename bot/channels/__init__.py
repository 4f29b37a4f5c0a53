"""Where people talk: one module a channel. A channel turns its own messages into `Incoming` and shows `Reply`."""
