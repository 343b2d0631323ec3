"""The web desktop of consultants and supervisors, and the HTTP API."""
