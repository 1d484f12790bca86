"""Attacks and faults against a real service: bounded, on loopback, each a trial that it must stand."""
