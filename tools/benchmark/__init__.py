"""How long a clip takes, against the loop that everybody writes first."""
