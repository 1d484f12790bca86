"""Routes of the runner's page: one run, and several clips together."""
