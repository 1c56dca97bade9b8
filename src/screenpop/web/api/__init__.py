"""Our own API under ``/api/v1`` (contract 8): problem details, the contract's field names."""
