"""The measures of a clip: steps summarised, with 95 % intervals, and which numbers are withheld."""
