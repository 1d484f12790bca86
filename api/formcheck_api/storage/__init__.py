"""Clips and artefacts as bytes: a local folder or S3-compatible storage."""
