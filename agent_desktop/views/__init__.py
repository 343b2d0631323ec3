"""The pages and the HTTP API, one module a subject."""
