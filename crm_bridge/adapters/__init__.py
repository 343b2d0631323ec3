"""Where the bridge touches the world: the database, the outbox, HTTP."""
