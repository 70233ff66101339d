"""The whole route for a table of the reader's own, from a file to a recommendation."""

from helpers.own_data.reading import OwnData, labelled, read
