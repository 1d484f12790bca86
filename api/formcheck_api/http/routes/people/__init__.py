"""Routes of athletes and sessions, and of what changed between them."""
