"""The ASGI edges: voice REST, the console's API, event streams, health (contract 5, 6, 8)."""
