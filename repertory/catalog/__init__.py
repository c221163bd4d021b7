"""All records together, and the rules between them."""
