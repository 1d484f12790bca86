"""How far the program's numbers are from the truth, on rendered clips and on measured runners: docs/accuracy.md."""
