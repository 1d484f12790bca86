"""The records of the service: analyses, their states, and the problems it returns."""
