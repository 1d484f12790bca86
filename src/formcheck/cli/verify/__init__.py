"""`formcheck verify`: clips compared with their truth files."""
