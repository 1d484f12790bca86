"""What clients have beside analyses: keys, uploads that are under way, and webhooks."""
