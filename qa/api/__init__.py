"""Questions, search and documents over HTTP."""
