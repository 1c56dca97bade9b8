"""screenpop: an agent console that embeds any CRM by URL and lets the CRM drive the call."""
