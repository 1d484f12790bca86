"""A real PostgreSQL for tests, emptied between them."""

from sqlalchemy import create_engine, text


def empty(url: str) -> str:
    """The address of a database that holds nothing any more."""
    execute(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    return url


def execute(url: str, *statements: str) -> None:
    """Run statements, each in a transaction of its own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        for statement in statements:
            db.execute(text(statement))
    engine.dispose()
