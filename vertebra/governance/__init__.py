"""What is known about everything: the catalog and the facts that are kept in it."""
