"""Taking a clip in."""
