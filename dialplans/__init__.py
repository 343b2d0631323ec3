"""Asterisk's configuration: templates, rendering, and reading it back."""
