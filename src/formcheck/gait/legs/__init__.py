"""Which leg is which, and the correction of how a pose model draws them."""
