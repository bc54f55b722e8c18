"""What tests are written with: the driver, the world, faults, a pty, other programs, the reliability's figures."""
