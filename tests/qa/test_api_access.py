"""Who is let in."""

import pytest

from qa.api.keys import Keys, KeysError, load_keys
from qa.api.serving import serve
from qa.api.settings import Settings
from tests.fakes import SlowSystem
from tests.qa.conftest import service
from tests.qa.test_api import NOWHERE, problem

READ, WRITE = "r" * 20, "w" * 20
LOCAL = {"host": "localhost:8000"}


@pytest.fixture
def keys(tmp_path):
    file = tmp_path / "keys"
    file.write_text(f"# of the tests\nread {READ}\n\nwrite {WRITE}\n")
    return load_keys(file)


@pytest.fixture
def answering(api_index):
    """A service that answers at once."""
    system = SlowSystem()
    system.free.set()

    def opened(keys=None, **settings):
        return service(api_index, keys, opened=system, **settings)

    return opened


def ask(client, **headers):
    return client.post("/v1/ask", json={"question": "What?"}, headers=headers)


def test_without_a_key_or_with_a_wrong_one_nobody_gets_in(answering, keys):
    with answering(keys, host="0.0.0.0") as client:
        for given in ("", READ, "Bearer", f"Basic {READ}", f"Bearer {READ[1:]}", f"Bearer {READ}x"):
            refused = ask(client, authorization=given)
            problem(refused, 401, "no-key")
            assert refused.headers["www-authenticate"].startswith("Bearer")
        for path in ("/v1/documents", "/v1/search?q=a", "/metrics", "/v1/nothing"):
            problem(client.get(path), 401, "no-key")
        assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200


def test_a_read_key_reads_and_a_write_key_writes_too(answering, keys):
    with answering(keys, host="0.0.0.0") as client:
        read, write = ({"authorization": f"Bearer {key}"} for key in (READ, WRITE))
        assert ask(client, **read).status_code == ask(client, **write).status_code == 200
        problem(client.delete(f"/v1/documents/{NOWHERE}", headers=read), 403, "scope")
        problem(client.post("/v1/documents", files={"file": b"text"}, headers=read), 403, "scope")
        problem(client.delete(f"/v1/documents/{NOWHERE}", headers=write), 404, "no-document")


def test_on_loopback_only_this_machine_s_own_names_and_pages_get_in(answering):
    with answering() as client:
        assert ask(client).status_code == ask(client, **LOCAL).status_code == 200
        assert ask(client, host="[::1]:8000").status_code == 200
        for host in ("attacker.example", "127.0.0.1.attacker.example", "localhost@attacker.example", "", "[::1"):
            problem(ask(client, host=host), 421, "host")
        assert ask(client, **LOCAL, origin="http://localhost:8000").status_code == 200
        for origin in ("http://attacker.example", "null", "http://localhost:9000", "http://["):
            problem(ask(client, **LOCAL, origin=origin), 403, "origin")


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1"])  # a proxy that ends TLS may stand before the latter
def test_any_host_is_served_to_those_with_keys(answering, keys, address):
    with answering(keys, host=address) as client:
        named = {"host": "filings.example", "origin": "https://filings.example"}
        assert ask(client, **named, authorization=f"Bearer {READ}").status_code == 200
        problem(ask(client, **named), 401, "no-key")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "filings.example"])
def test_other_addresses_than_loopback_need_keys(api_index, monkeypatch, host):
    monkeypatch.delenv("FINANCEQA_API_KEYS", raising=False)
    with pytest.raises(ValueError, match="give API keys with --keys FILE or FINANCEQA_API_KEYS"):
        serve(Settings(api_index, host=host), workers=1)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
def test_loopback_is_known(host, tmp_path):
    assert Settings(tmp_path, host=host).loopback


def test_an_address_of_ip_version_6_is_printed_as_browsers_take_it(api_index, monkeypatch, capsys):
    monkeypatch.setenv("FINANCEQA_SERVE", "")
    for name in ("uvicorn.run", "signal.signal", "qa.api.serving._try_address"):
        monkeypatch.setattr(name, lambda *_, **__: None)
    serve(Settings(str(api_index), host="::1"), workers=1)
    assert "at http://[::1]:8000/ until" in capsys.readouterr().out


def test_keys_come_from_the_environment_where_no_file_is_given(monkeypatch):
    monkeypatch.setenv("FINANCEQA_API_KEYS", f"read {READ}, write {WRITE}")
    keys = load_keys(None)
    assert (keys.scope(READ), keys.scope(WRITE), keys.scope("other" * 5)) == ("read", "write", None)
    monkeypatch.delenv("FINANCEQA_API_KEYS")
    assert load_keys(None) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no key"),
        (f"admin {READ}", "line 1: no key and scope"),
        ("read", "line 1: no key and scope"),
        (f"read {READ}\nwrite short", "line 2: a key of fewer than 16 characters"),
        (f"read {READ}\nwrite {WRITE}ü", "line 2: a key of other characters than ASCII's"),
    ],
)
def test_a_keys_file_of_another_form_is_told_without_its_keys(tmp_path, text, said):
    (tmp_path / "keys").write_text(text)
    with pytest.raises(KeysError, match=said) as raised:
        load_keys(tmp_path / "keys")
    assert READ not in str(raised.value) and "short" not in str(raised.value)


def test_a_keys_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(KeysError, match="cannot be read"):
        load_keys(tmp_path / "none")


def test_keys_are_held_as_digests(keys):
    assert isinstance(keys, Keys) and READ not in repr(keys) and WRITE not in repr(keys)


def test_settings_reach_worker_processes(tmp_path, monkeypatch):
    monkeypatch.setenv("FINANCEQA_SERVE", "")
    settings = Settings(str(tmp_path), host="::1", port=9, keys=tmp_path / "keys", log_questions=True)
    settings.to_environment()
    assert Settings.from_environment() == settings
