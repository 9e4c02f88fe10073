"""Stands where Postfix calls `mailgate deliver`, as a user who may not read this checkout: hands its arguments and
stdin to the test over a socket, and ends with the exit code it is told. Runs on any Python 3, without our libraries."""

import json
import socket
import sys

with socket.socket(socket.AF_UNIX) as line:
    line.connect(sys.argv[1])
    with line.makefile("rwb") as stream:
        stream.write(json.dumps(sys.argv[2:]).encode() + b"\n" + sys.stdin.buffer.read())
        stream.flush()
        line.shutdown(socket.SHUT_WR)
        sys.exit(int(stream.readline()))
