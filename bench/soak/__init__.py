"""A soak: many people at once over a loopback Bot API, while processes are killed and calls fail."""
