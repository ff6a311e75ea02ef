"""Configuration: nothing starts when anything is missing, odd or unsafe."""

from pathlib import Path

import pytest

from tokimori.foundation.keys.file_root import add_root_key
from tokimori.foundation.keys.root_settings import RootProvider
from tokimori.foundation.notices.mail_service import MailTransport
from tokimori.settings.configuration import ConfigurationRefused, read_configuration

SECRET = "0123456789abcdef0123456789abcdef"
TRANSIT = {
    "TOKIMORI_ROOT_PROVIDER": "transit",
    "TOKIMORI_TRANSIT_URL": "https://keys.example.jp:8200",
    "TOKIMORI_TRANSIT_TOKEN": SECRET,
    "TOKIMORI_TRANSIT_KEY": "tokimori-root",
}
PKCS11 = {
    "TOKIMORI_ROOT_PROVIDER": "pkcs11",
    "TOKIMORI_SECURITY_MODULE": "/usr/lib/module.so",
    "TOKIMORI_SECURITY_MODULE_TOKEN": "tokimori",
    "TOKIMORI_SECURITY_MODULE_PIN": "1234",
    "TOKIMORI_SECURITY_MODULE_KEYS": "root-1,root-2",
}
SAFE = {
    **TRANSIT,
    "TOKIMORI_SECRET_KEY": SECRET,
    "TOKIMORI_TENANT_CONTEXT_KEY": SECRET,
    "TOKIMORI_SEALING_KEY": SECRET,
    "TOKIMORI_RECEIPT_KEY": SECRET,
    "TOKIMORI_LOG_ORIGIN": "time.example/tokimori",
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
        pytest.param({"TOKIMORI_RECEIPT_KEY": ""}, id="no receipt key"),
        pytest.param({"TOKIMORI_LOG_ORIGIN": ""}, id="no origin"),
        pytest.param({"TOKIMORI_LOG_ORIGIN": "https://time.example"}, id="origin with a scheme"),
        pytest.param({"TOKIMORI_LOG_ORIGIN": "time.example/a b"}, id="origin with a space"),
        pytest.param({"TOKIMORI_LOG_ORIGIN": "x" * 101}, id="long origin"),
        pytest.param({"TOKIMORI_ROOT_PROVIDER": "none"}, id="unknown root"),
        pytest.param({"TOKIMORI_ROOT_PROVIDER": "file"}, id="no file of root keys"),
        pytest.param({"TOKIMORI_ROOT_PROVIDER": "file", "TOKIMORI_ROOT_KEYS": "/missing"}, id="missing root keys"),
        pytest.param({"TOKIMORI_TRANSIT_URL": "http://keys.example.jp"}, id="transit without TLS"),
        pytest.param({"TOKIMORI_TRANSIT_URL": "https://keys.example.jp/v1?a=b"}, id="transit with a path"),
        pytest.param({"TOKIMORI_TRANSIT_KEY": "../sys"}, id="a path for a key"),
        pytest.param({"TOKIMORI_TRANSIT_TOKEN": ""}, id="no transit token"),
        pytest.param({**PKCS11, "TOKIMORI_SECURITY_MODULE_KEYS": "a,,b"}, id="empty key label"),
        pytest.param({**PKCS11, "TOKIMORI_SECURITY_MODULE_PIN": ""}, id="no PIN"),
        pytest.param({"TOKIMORI_KEY_CACHE_SECONDS": "3600"}, id="keys held too long"),
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


MAIL = {
    "TOKIMORI_MAIL_URL": "smtps://tokimori:a%20password@mail.example.jp",
    "TOKIMORI_MAIL_FROM": "time@example.jp",
    "TOKIMORI_MAIL_LINKS": "https://time.example.jp",
}


def test_without_a_mail_service_nothing_is_sent() -> None:
    assert read_configuration(SAFE).mail is None


def test_a_mail_service_is_read_with_tls_from_the_first_byte() -> None:
    mail = read_configuration({**SAFE, **MAIL}).mail

    assert mail is not None
    assert (mail.host, mail.port, mail.transport) == ("mail.example.jp", 465, MailTransport.TLS)
    assert (mail.user, mail.password, mail.links) == ("tokimori", "a password", "https://time.example.jp")


def test_smtp_means_starttls_and_plain_is_for_this_machine_alone() -> None:
    start = read_configuration({**SAFE, **MAIL, "TOKIMORI_MAIL_URL": "smtp://mail.example.jp"}).mail
    plain = read_configuration({**SAFE, **MAIL, "TOKIMORI_MAIL_URL": "smtp://127.0.0.1:2525?tls=no"}).mail

    assert start is not None
    assert plain is not None
    assert (start.port, start.transport) == (587, MailTransport.STARTTLS)
    assert (plain.port, plain.transport) == (2525, MailTransport.PLAIN)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"TOKIMORI_MAIL_FROM": ""}, id="a part alone"),
        pytest.param({"TOKIMORI_MAIL_FROM": "Time <time@example.jp>"}, id="a name with the address"),
        pytest.param({"TOKIMORI_MAIL_FROM": "a@b.jp\r\nBcc: x@y.jp"}, id="a second line"),
        pytest.param({"TOKIMORI_MAIL_URL": "https://mail.example.jp"}, id="no mail service"),
        pytest.param({"TOKIMORI_MAIL_URL": "smtp://mail.example.jp?tls=no"}, id="plain beyond loopback"),
        pytest.param({"TOKIMORI_MAIL_URL": "smtps://localhost?tls=no"}, id="both"),
        pytest.param({"TOKIMORI_MAIL_URL": "smtps://mail.example.jp?verify=no"}, id="no verification"),
        pytest.param({"TOKIMORI_MAIL_URL": "smtps://user@mail.example.jp"}, id="a user without password"),
        pytest.param({"TOKIMORI_MAIL_URL": "smtps://mail.example.jp:port"}, id="no port"),
        pytest.param({"TOKIMORI_MAIL_URL": "smtps:///x"}, id="no host"),
        pytest.param({"TOKIMORI_MAIL_LINKS": "http://time.example.jp"}, id="links without TLS"),
        pytest.param({"TOKIMORI_MAIL_LINKS": "https://elsewhere.example"}, id="links to somebody else"),
        pytest.param({"TOKIMORI_MAIL_LINKS": "https://time.example.jp/path"}, id="links below a path"),
        pytest.param({"TOKIMORI_MAIL_LINKS": "https://user@time.example.jp"}, id="links with a user"),
    ],
)
def test_an_unsafe_mail_service_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ConfigurationRefused):
        read_configuration({**SAFE, **MAIL, **change})


@pytest.mark.parametrize("content", [b"", b"password\n", b"0" * 39 + b":1\n", b"<html>\n"])
def test_a_list_of_known_passwords_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "known.txt"
    file.write_bytes(content)
    for name in (file, tmp_path / "missing.txt"):
        with pytest.raises(ConfigurationRefused):
            read_configuration({**SAFE, "TOKIMORI_BREACHED_PASSWORDS": str(name)})


def test_a_list_of_known_passwords_is_named_by_its_file(tmp_path: Path) -> None:
    file = tmp_path / "known.txt"
    file.write_bytes(b"000000005AD76BD555C1D6D771DE417A4B87E4B4:10\r\n")
    assert read_configuration({**SAFE, "TOKIMORI_BREACHED_PASSWORDS": str(file)}).breached_passwords == file


def test_a_pepper_is_a_secret_and_may_replace_another_one() -> None:
    other = SECRET[::-1]
    assert read_configuration(SAFE).password_peppers == ()
    found = read_configuration({**SAFE, "TOKIMORI_PASSWORD_PEPPER": SECRET, "TOKIMORI_PASSWORD_PEPPER_BEFORE": other})
    assert found.password_peppers == (SECRET.encode(), other.encode())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"TOKIMORI_PASSWORD_PEPPER": "short"}, id="short"),
        pytest.param({"TOKIMORI_PASSWORD_PEPPER_BEFORE": SECRET}, id="the one before alone"),
        pytest.param(
            {"TOKIMORI_PASSWORD_PEPPER": SECRET, "TOKIMORI_PASSWORD_PEPPER_BEFORE": SECRET}, id="the same twice"
        ),
    ],
)
def test_a_pepper_that_is_none_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ConfigurationRefused):
        read_configuration({**SAFE, **change})


def test_a_file_of_root_keys_is_read_at_the_start_and_refused_when_others_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "root.keys"
    add_root_key(file, name="root-1")
    environment = {**SAFE, "TOKIMORI_ROOT_PROVIDER": "file", "TOKIMORI_ROOT_KEYS": str(file)}

    assert read_configuration(environment).root_keys.file == file
    file.chmod(0o640)
    with pytest.raises(ConfigurationRefused):
        read_configuration(environment)


def test_the_other_providers_of_the_root_are_read_and_do_not_show_their_secrets() -> None:
    module = read_configuration({**SAFE, **PKCS11}).root_keys
    transit = read_configuration(SAFE).root_keys

    assert (module.provider, module.pkcs11_keys) == (RootProvider.PKCS11, ("root-1", "root-2"))
    assert (transit.provider, transit.transit_url) == (RootProvider.TRANSIT, "https://keys.example.jp:8200")
    assert SECRET not in repr(transit)
    assert "1234" not in repr(module)
