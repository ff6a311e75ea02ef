"""Configuration: nothing starts when anything is missing, odd or unsafe."""

from pathlib import Path

import pytest

from tokimori.settings.configuration import ConfigurationRefused, read_configuration

SECRET = "0123456789abcdef0123456789abcdef"
SAFE = {
    "TOKIMORI_SECRET_KEY": SECRET,
    "TOKIMORI_TENANT_CONTEXT_KEY": SECRET,
    "TOKIMORI_SEALING_KEY": SECRET,
    "TOKIMORI_HOSTS": "time.example.jp",
    "DATABASE_URL": "postgresql://app:pw@db.example.jp:5433/tokimori",
}


def test_a_safe_configuration_is_read() -> None:
    configuration = read_configuration(SAFE)

    assert configuration.hosts == ("time.example.jp",)
    assert not configuration.is_plain_http
    assert configuration.database.tls_mode == "verify-full"
    assert (configuration.database.port, configuration.database.name) == ("5433", "tokimori")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"TOKIMORI_SECRET_KEY": ""}, id="no secret"),
        pytest.param({"TOKIMORI_SECRET_KEY": "short"}, id="short secret"),
        pytest.param({"TOKIMORI_SECRET_KEY": "a" * 40}, id="plain secret"),
        pytest.param({"TOKIMORI_TENANT_CONTEXT_KEY": ""}, id="no context key"),
        pytest.param({"TOKIMORI_SEALING_KEY": ""}, id="no sealing key"),
        pytest.param({"TOKIMORI_HOSTS": "*"}, id="any host"),
        pytest.param({"TOKIMORI_HOSTS": "a.jp,,b.jp"}, id="empty host"),
        pytest.param({"TOKIMORI_HOSTS": "https://a.jp/"}, id="address for host"),
        pytest.param({"TOKIMORI_PLAIN_HTTP_ON_LOOPBACK": "yes"}, id="plain http beyond loopback"),
        pytest.param({"TOKIMORI_PLAIN_HTTP_ON_LOOPBACK": "maybe"}, id="neither yes nor no"),
        pytest.param({"DATABASE_URL": ""}, id="no database"),
        pytest.param({"DATABASE_URL": "sqlite:///x"}, id="another database"),
        pytest.param({"DATABASE_URL": "postgresql://a@b/c?options=-cfoo"}, id="unknown option"),
        pytest.param({"TOKIMORI_LOG_LEVEL": "CHATTY"}, id="unknown level"),
        pytest.param({"TOKIMORI_PUNCH_WINDOW_DAYS": "0"}, id="no window"),
        pytest.param({"TOKIMORI_PUNCH_WINDOW_DAYS": "many"}, id="window that is no number"),
        pytest.param({"TOKIMORI_SIGN_IN_ATTEMPTS": "2"}, id="too few attempts to be usable"),
        pytest.param({"TOKIMORI_SIGN_IN_ATTEMPTS": "1000"}, id="attempts without end"),
        pytest.param({"TOKIMORI_TRUSTED_PROXIES": "proxy.example.jp"}, id="a name for a proxy"),
        pytest.param({"TOKIMORI_TRUSTED_PROXIES": "10.0.0.1, 0.0.0.0/0"}, id="everybody a proxy"),
        pytest.param({"TOKIMORI_SECRTE_KEY": SECRET}, id="misspelt name"),
    ],
)
@pytest.mark.control(49, 62)
def test_what_is_unsafe_or_unsure_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ConfigurationRefused):
        read_configuration({**SAFE, **change})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n")
    environment = {**SAFE, "TOKIMORI_SECRET_KEY_FILE": str(file)}
    del environment["TOKIMORI_SECRET_KEY"]

    assert read_configuration(environment).secret_key == SECRET


def test_an_unreadable_secret_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationRefused):
        read_configuration({**SAFE, "TOKIMORI_SECRET_KEY_FILE": str(tmp_path / "missing")})


def test_loopback_may_be_plain() -> None:
    local = {**SAFE, "TOKIMORI_HOSTS": "localhost,127.0.0.1,[::1]", "TOKIMORI_PLAIN_HTTP_ON_LOOPBACK": "yes"}

    assert read_configuration(local).is_plain_http
