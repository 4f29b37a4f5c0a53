"""What the measure says: text, decision table, search, citations, deadlines. Pure: reads its own files only."""
