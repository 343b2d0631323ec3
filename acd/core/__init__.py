"""What distribution decides: pure, events and a time in, commands out."""
