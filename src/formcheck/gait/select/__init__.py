"""Which part of a track shows steady running, and which landmarks count as seen."""
