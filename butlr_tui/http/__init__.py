"""The one way out to the network, for the API, sign-in and the Auth0 engine alike."""
