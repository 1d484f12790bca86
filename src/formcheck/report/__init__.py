"""A report as JSON, page, charts, pictures and video."""
