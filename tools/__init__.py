"""Tools for developers of formcheck; no part of the installed product."""
