"""Athletes, sessions and what is made of them, as they go over the wire."""
