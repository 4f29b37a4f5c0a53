"""Where people talk: channels, the dialogue, the process that holds them together."""
