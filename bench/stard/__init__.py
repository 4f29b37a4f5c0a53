"""Retrieval at the scale of 55,404 articles: rebuilt STARD. docs/scale.md tells what was measured."""
