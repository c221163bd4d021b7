"""The site on 127.0.0.1 while it is being edited."""
