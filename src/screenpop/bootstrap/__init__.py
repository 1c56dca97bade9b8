"""The one place where all rooms meet (design 2.11): makes a node from settings, and serves it."""

from screenpop.bootstrap.node import Node
from screenpop.bootstrap.process import AddressInUseError, ReadyLine, run_server

__all__ = ["AddressInUseError", "Node", "ReadyLine", "run_server"]
