"""Who runs analyses, and what ends when."""
