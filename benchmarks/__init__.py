"""Measurements of the hotline beside Asterisk's own `app_queue`, on the same machine in the same run."""
