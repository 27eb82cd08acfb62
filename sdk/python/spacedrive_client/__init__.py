"""Typed calls of the Spacedrive daemon.

    with Client.of_data_folder("~/.local/share/spacedrive") as client:
        for library in client.call("query:libraries.list.v1")["libraries"]:
            print(library["name"])
"""

from .client import Client, SpacedriveError
from .operations import Operations

__all__ = ["Client", "Operations", "SpacedriveError"]
