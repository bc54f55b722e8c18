"""How one talks with the operator, without a screen: coroutines that return what came of it."""
