"""What clients have beside analyses: keys, and uploads that are under way."""
