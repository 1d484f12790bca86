"""The database: opening it, and bringing its tables up to date."""

from sqlalchemy import Engine


def open_database(url: str) -> Engine:
    """An engine for SQLite or PostgreSQL; makes the folder of a SQLite file."""
    raise NotImplementedError


def upgrade_database(engine: Engine) -> None:
    """Run the migrations that are missing; safe when several processes start at once."""
    raise NotImplementedError
