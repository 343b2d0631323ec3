"""Where distribution touches the world: AMI and the journal."""
