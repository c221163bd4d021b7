"""How our builds and our search are measured beside others: README.md tells."""
