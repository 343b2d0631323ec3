"""The dialogue with the caller: flows, prompts, the FastAGI server."""
