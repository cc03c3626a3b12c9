"""From a file's bytes to raw records, one file a format; each passes the format contract."""
