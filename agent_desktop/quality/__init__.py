"""Quality cards: which talks are reviewed, by which sheet, what came of it and what is said about it."""
