"""Process plumbing: settings, bus, database, Asterisk, the command."""
