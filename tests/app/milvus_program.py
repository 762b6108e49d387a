"""What the tests of the window and of the command line run Milvus in."""

SERVE = """
import sys
from milvus_lite.adapter.grpc.server import start_server_in_thread
while folder := sys.stdin.readline().rstrip():
    server, database, port = start_server_in_thread(folder)
    print(port, flush=True)
    sys.stdin.readline()
    server.stop(None).wait()
    database.close()
    print("ended", flush=True)
"""
"""Milvus servers as a program: it reads the folder of one, says its port, and a line ends it for the next."""
