"""From files to records: Document, Prose, Practice, NewsItem, Page."""
