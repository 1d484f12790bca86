"""What the sweep asks of the store: what is too old, and which bytes belong to nobody."""

from sqlalchemy import Engine


class RetentionStore:
    """Deletion by age, and the list of bytes still to be deleted."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
