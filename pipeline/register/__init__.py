"""The database: schema, migrations and every line of SQL, a module a noun."""
