"""One file a change of the tables; each says what it follows."""
