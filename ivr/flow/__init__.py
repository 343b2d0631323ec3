"""What the IVR decides: pure, a flow and what was heard in, actions out."""
