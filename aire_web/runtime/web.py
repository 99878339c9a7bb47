"""The web process: uvicorn on the socket that `up` has already bound.

The socket outlives this process, so that senders wait through a restart and are not refused.
`python -m uvicorn aire_web.asgi:application` does the same on a port of its own.
"""

from __future__ import annotations

import argparse
import socket
import sys

import uvicorn
from uvicorn.supervisors import Multiprocess

from aire_web.env import Environment

GRACEFUL_SECONDS = 5


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="aire_web.runtime.web")
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args(arguments)
    config = configuration(workers=options.workers)
    listener = socket.socket(fileno=options.fd)
    if config.workers > 1:
        Multiprocess(config, sockets=[listener]).run()
    else:
        server = uvicorn.Server(config)
        server.run(sockets=[listener])
        if not server.started:
            sys.exit("The web process could not start its application.")


def configuration(*, workers: int) -> uvicorn.Config:
    # The sender's address is believed only behind a proxy that was declared, and only from it.
    given = Environment()
    return uvicorn.Config(
        "aire_web.asgi:application",
        workers=workers,
        lifespan="on",
        ws="none",
        log_config=None,  # settings have configured logging
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=given.trust_proxy,
        forwarded_allow_ips=given.proxy_addresses,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
