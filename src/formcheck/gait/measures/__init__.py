"""What is measured at each step, summarised over steps, with 95 % intervals."""
