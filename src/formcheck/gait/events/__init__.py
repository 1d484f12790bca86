"""Foot strike and toe-off from the mean step: detectors and their weighted fusion."""
