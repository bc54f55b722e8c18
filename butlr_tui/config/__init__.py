"""Settings: profiles and where things live."""
