"""A stand-in of the Hugging Face hub's HTTP interface: one user, models in memory, uploads by LFS and commits."""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

USER = "me"
WRITES, READS = "hf_writes", "hf_reads"  # the tokens that it knows
_REPO = r"(?P<repo>[\w.-]+/[\w.-]+)"
_BASE_MODEL = re.compile(r"^base_model: *[./]", re.MULTILINE)  # a path: the hub takes its own names only


@dataclass
class Repository:
    """A model on the hub: its files by path, and the messages of its commits."""

    private: bool
    files: dict[str, bytes] = field(default_factory=dict)
    commits: list[str] = field(default_factory=list)


class Refused(Exception):
    """An answer that is not 200."""

    def __init__(self, status, message, **told):
        super().__init__(message)
        self.status = status
        self.told = {"error": message, "errors": [{"message": message}], **told}


class HubStandIn:
    """Serves while it is entered; `url` is its endpoint, `models` what it holds, `calls` what it was asked."""

    def __init__(self):
        self.models = {}
        self.large = {}
        self.calls = []

    def __enter__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def answer(self, call, token, body):
        """What the hub answers to a call by a token."""
        self.calls.append(call)
        if call.startswith("PUT /large/"):  # signed addresses need no token
            return self._keep(call.rsplit("/", 1)[1], body)
        if token not in (WRITES, READS):
            raise Refused(401, "Invalid credentials in Authorization header")
        for pattern, method in self._routes():
            found = re.fullmatch(pattern, call)
            if found:
                return method(token, body, **found.groupdict())
        raise Refused(404, f"the stand-in knows no {call}")

    def _routes(self):
        return (
            (r"POST /api/repos/create", self._create),
            (r"POST /api/validate-yaml", self._validate),
            (rf"GET /api/models/{_REPO}", self._tell),
            (rf"POST /api/models/{_REPO}/preupload/main", self._sort),
            (rf"POST /{_REPO}\.git/info/lfs/objects/batch", self._offer),
            (rf"POST /api/models/{_REPO}/commit/main", self._commit),
        )

    def _create(self, token, body, **_):
        asked = json.loads(body)
        name = f"{asked.get('organization') or USER}/{asked['name']}"
        self._may_write(token, name)
        if name in self.models:
            raise Refused(409, "You already created this model repo", url=f"{self.url}/{name}")
        self.models[name] = Repository(private=asked.get("visibility") == "private")
        return {"url": f"{self.url}/{name}"}

    def _validate(self, token, body, **_):
        if _BASE_MODEL.search(json.loads(body)["content"]):
            raise Refused(400, '"base_model" is not valid. Use a model id from https://hf.co/models.')
        return {"errors": [], "warnings": []}

    def _tell(self, token, body, repo):
        if repo not in self.models:
            raise Refused(404, "Repository not found")
        return {"id": repo, "sha": "0" * 40, "siblings": []}

    def _sort(self, token, body, repo):
        self._may_write(token, repo)
        return {
            "files": [
                {
                    "path": each["path"],
                    "uploadMode": "lfs" if each["path"].endswith(".safetensors") else "regular",
                    "shouldIgnore": False,
                }
                for each in json.loads(body)["files"]
            ]
        }

    def _offer(self, token, body, repo):
        self._may_write(token, repo)
        objects = [
            {**each, "actions": {"upload": {"href": f"{self.url}/large/{each['oid']}"}}}
            for each in json.loads(body)["objects"]
        ]
        return {"transfer": "basic", "objects": objects}

    def _keep(self, digest, body):
        if hashlib.sha256(body).hexdigest() != digest:
            raise Refused(400, "the digest is another")
        self.large[digest] = body
        return {}

    def _commit(self, token, body, repo):
        self._may_write(token, repo)
        model = self.models[repo]
        for line in body.splitlines():
            kind, value = json.loads(line).values()
            if kind == "header":
                model.commits.append(value["summary"])
            elif kind == "file":
                model.files[value["path"]] = base64.b64decode(value["content"])
            else:
                model.files[value["path"]] = self.large[value["oid"]]
        return {"commitUrl": f"{self.url}/{repo}/commit/{'1' * 40}", "commitOid": "1" * 40}

    def _may_write(self, token, repo):
        if token != WRITES or not repo.startswith(f"{USER}/"):
            raise Refused(403, f"You don't have the rights to write to {repo}")


def _handler(hub):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, message = 200, {}
            try:
                found = hub.answer(f"{self.command} {self.path}", token, body)
            except Refused as refused:
                status, message, found = refused.status, {"X-Error-Message": str(refused)}, refused.told
            content = json.dumps(found).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **message}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *_):
            pass

    return Handler
