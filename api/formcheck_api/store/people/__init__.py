"""Athletes and sessions in the store."""
