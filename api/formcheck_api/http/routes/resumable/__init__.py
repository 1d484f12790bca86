"""Uploads that survive lost connections, by tus 1.0 and by the draft of the IETF."""
