"""The history of the schema: one tree of revisions for the tables of all roles."""
