"""Lost galaxies: the numeric core, the pictures and the report of the course."""
