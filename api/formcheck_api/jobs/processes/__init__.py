"""The child processes that analyse and look at clips, and their limits."""
