"""Clip files in and out: probing, reading upright frames with true times, writing video (PyAV)."""
