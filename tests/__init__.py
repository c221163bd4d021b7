"""The tests of Repertory."""
