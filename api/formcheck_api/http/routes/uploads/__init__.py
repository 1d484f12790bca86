"""Clips on their way in: by a form, and by resumable uploads (tus 1.0 and the draft of the IETF)."""
