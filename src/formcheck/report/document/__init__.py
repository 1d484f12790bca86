"""How a document of the records is read and written: the kinds of its fields, and what of them makes no sense."""
