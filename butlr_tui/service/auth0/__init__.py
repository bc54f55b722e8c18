"""The engine on an Auth0 tenant, over its Management API v2. Written on httpx, since a library that sends a
POST again may make a second client.
"""
