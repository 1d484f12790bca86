"""What goes over the wire: schemas, examples, OpenAPI."""
