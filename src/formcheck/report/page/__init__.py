"""The pages: a report, and a comparison, each self-contained."""
