"""What formcheck says: one catalogue of sentences for each language, and the numbers that fill their blanks."""
