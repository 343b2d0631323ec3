"""What the bridge decides: pure rules of cases and delivery."""
