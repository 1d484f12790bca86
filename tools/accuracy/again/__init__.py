"""The same runners filmed again: what a difference between two clips of one runner is off by."""
