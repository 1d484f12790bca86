"""What the service knows: analyses, keys and their states, in SQLite or PostgreSQL."""
