"""Cases, callers and contacts, and their way to the city's CRM."""
