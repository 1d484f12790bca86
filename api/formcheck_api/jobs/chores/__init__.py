"""Work beside analyses: deleting what has expired, and delivering messages to webhooks."""
