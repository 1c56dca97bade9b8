"""PostgreSQL: several server processes on one database (design 2.3)."""
