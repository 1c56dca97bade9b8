"""Requests from the server to a CRM: single sign-on, dispose pushes, the framing probe."""
