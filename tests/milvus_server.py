"""Milvus Lite as a server in a process of its own, which can be killed and started again."""

import socket
import subprocess
import sys

PROGRAM = "import sys; from milvus_lite.cmdline import main; sys.exit(main())"


class Server:
    """Over a folder, at a port that is free."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.address = f"milvus+http://127.0.0.1:{self.port}/filings"

    def start(self):
        command = [sys.executable, "-c", PROGRAM, "server", "--data-dir", self.folder, "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.kill()
        self.process.wait()
