"""Work shared by several processes: Procrastinate on PostgreSQL."""
