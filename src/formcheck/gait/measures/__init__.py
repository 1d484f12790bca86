"""What is measured at each step: the registry, the definitions, and the steps of a run."""
