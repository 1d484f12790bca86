"""Did it change? Two clips of one runner, or two groups of them, held against each other."""
