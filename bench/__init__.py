"""How our search and others are measured: README.md tells."""
