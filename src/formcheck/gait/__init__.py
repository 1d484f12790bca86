"""Landmarks to gait: pure functions over records; numpy, scipy and nothing heavier."""
