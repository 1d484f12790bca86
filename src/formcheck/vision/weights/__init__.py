"""Where the pose model comes from and how it is known."""
