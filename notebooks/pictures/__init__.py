"""The pictures of the chapters, one file each: arrays in, a Figure out."""
