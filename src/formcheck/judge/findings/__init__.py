"""From measures to findings: what is worth saying, how urgent it is, and what proves it; the words by their code."""
