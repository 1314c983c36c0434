"""What people must hear, and in what order: the life of each alarm (ISA-18.2, standards 3.2)."""
