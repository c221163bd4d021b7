"""Repertory builds a database of good practices into a site that needs no server.

A record walks through the rooms in this order, and no module imports from a later one:

base        words that everybody uses: text, problem, settings
reading     a file becomes a Document, its body Prose, and both a Practice, NewsItem or Page
catalog     all records together, the rules between them, and what is related to what
publishing  the catalog becomes outputs: the map of the site
writing     outputs become bytes, and bytes become site/
pipeline    the story in one screen: read, check, plan, render, write
preview     the site on 127.0.0.1, rebuilt on every save
cli         arguments, printing, exit codes
"""
