"""The outside world behind the ports: stores, buses, telephone networks, CRMs."""
