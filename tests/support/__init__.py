"""What tests share: the database, the cast, the clock."""
