"""What tests are written with: the driver, the world, terminals, broken networks."""
