"""Commands that change records, byte for byte."""
