"""The work on analyses: who is next, who has it, and the engine's jobs beside the rows."""
