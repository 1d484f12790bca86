"""Both sides, one session: clips of one run from the left, the right and behind, taken together."""
