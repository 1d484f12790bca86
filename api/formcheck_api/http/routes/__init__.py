"""Thin handlers, one module for each resource."""
