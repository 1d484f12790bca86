"""What every number set by hand does to the results: docs/constants.md."""
