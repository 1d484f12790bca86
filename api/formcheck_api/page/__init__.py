"""The runner's page: templates, style, scripts, the catalogue of its text, and what turns a report into a page."""
