"""The shared, pure vocabulary: what the four roles say to each other and in which words."""
