"""Keys in three levels: a root key outside of the database, keys of companies below it, keys of persons below those."""
