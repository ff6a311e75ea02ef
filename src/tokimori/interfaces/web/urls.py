"""The screens' addresses. A test walks them and fails for a view that declares no right."""

from django.urls import path, register_converter

from tokimori.interfaces.web.views import (
    access,
    account_deeds,
    account_files,
    accounts,
    approvals,
    closing,
    company_security,
    company_sign_in,
    corrections,
    day,
    divisions,
    exports,
    granting,
    home,
    identity_providers,
    imports,
    log,
    month,
    networks,
    operators,
    people,
    provisioning,
    recorder,
    reviews,
    rule_trials,
    second_factor,
    second_person,
    security,
    sessions,
    shared_accounts,
    sign_in,
    support,
    team,
    tokens,
    transfers,
)


class DayConverter:
    """A date, ``2026-04-01``; what is none on the calendar is refused by the view."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> str:
        """Leave it text."""
        return value

    def to_url(self, value: str) -> str:
        """Leave it text."""
        return value


class MonthConverter(DayConverter):
    """A month, ``2026-04``."""

    regex = "[0-9]{4}-[0-9]{2}"


class DigestConverter(DayConverter):
    """A SHA-256 in hexadecimal."""

    regex = "[0-9a-f]{64}"


register_converter(DayConverter, "day")
register_converter(MonthConverter, "month")
register_converter(DigestConverter, "digest")

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in", sign_in.sign_in, name="sign_in"),
    path("first-sign-in/<str:secret>", sign_in.first_sign_in, name="first_sign_in"),
    path("sign-out", sign_in.sign_out, name="sign_out"),
    path("language", sign_in.language, name="language"),
    path("recorder", recorder.recorder, name="recorder"),
    path("recorder/punch", recorder.record, name="record"),
    path("my/days/<day:day>", day.my_day, name="my_day"),
    path("my/months", month.my_month, name="my_month"),
    path("my/months/<month:month>", month.my_month, name="my_month_of"),
    path("my/months/<month:month>/submit", month.submit, name="submit_month"),
    path("my/corrections", corrections.corrections, name="corrections"),
    path("my/corrections/<day:day>/new", corrections.new_correction, name="new_correction"),
    path("my/corrections/<uuid:correction_id>/withdraw", corrections.withdraw, name="withdraw_correction"),
    path("team", team.team, name="team"),
    path("people/<uuid:employee_id>/days/<day:day>", day.person_day, name="person_day"),
    path("people/<uuid:employee_id>/days/<day:day>/steps", day.steps, name="steps"),
    path("people/<uuid:employee_id>/months", month.person_month, name="person_present_month"),
    path("people/<uuid:employee_id>/months/<month:month>", month.person_month, name="person_month"),
    path("approvals", approvals.approvals, name="approvals"),
    path("approvals/harmless", approvals.approve_harmless, name="approve_harmless"),
    path(
        "approvals/corrections/<uuid:correction_id>/approve",
        approvals.approve_one_correction,
        name="approve_correction",
    ),
    path(
        "approvals/corrections/<uuid:correction_id>/return",
        approvals.return_one_correction,
        name="return_correction",
    ),
    path(
        "approvals/months/<uuid:employee_id>/<month:month>/approve/<digest:digest>",
        approvals.approve_one_month,
        name="approve_month",
    ),
    path(
        "approvals/months/<uuid:employee_id>/<month:month>/return",
        approvals.return_one_month,
        name="return_month",
    ),
    path("closing", closing.closing, name="closing"),
    path("closing/<month:month>", closing.closing, name="closing_of"),
    path("closing/<month:month>/seal", closing.seal_month, name="seal_month"),
    path("closing/<month:month>/reopen", closing.reopen_month, name="reopen_month"),
    path("exports", exports.exports, name="exports"),
    path("exports/<uuid:export_id>", exports.download, name="download_export"),
    path("imports", imports.imports, name="imports"),
    path("imports/example", imports.example, name="import_example"),
    path("imports/<uuid:run_id>", imports.one_import, name="import"),
    path("imports/<uuid:run_id>/rejected", imports.rejected, name="rejected_lines"),
    path("people", people.employees, name="employees"),
    path("people/<uuid:employee_id>", people.employee, name="employee"),
    path("people/<uuid:employee_id>/transfer", transfers.transfer, name="transfer_employee"),
    path("divisions", divisions.divisions, name="divisions"),
    path("divisions/add", divisions.add_division, name="add_division"),
    path("divisions/<uuid:division_id>", divisions.division, name="division"),
    path("divisions/<uuid:division_id>/close", divisions.close, name="close_division"),
    path("employee-types", divisions.employee_types, name="employee_types"),
    path("employee-types/<uuid:type_id>", divisions.rename_type, name="rename_employee_type"),
    path("employee-types/<uuid:type_id>/close", divisions.close_type, name="close_employee_type"),
    path("access", access.access, name="access"),
    path("access/duties/<slug:code>", access.duties, name="choose_duties"),
    path("access/<uuid:account_id>", access.access_of, name="access_of"),
    path("access/<uuid:account_id>/grant", granting.grant, name="grant_access"),
    path("access/grants/<uuid:grant_id>/revoke", granting.revoke, name="revoke_access"),
    path("sites", people.sites, name="sites"),
    path("rules", people.rule_sets, name="rule_sets"),
    path("rules/<str:code>", people.rule_set, name="rule_set"),
    path("rules/<str:code>/change", rule_trials.try_rule_set, name="try_rule_set"),
    path("rules/<str:code>/publish", rule_trials.publish_tried_rule_set, name="publish_tried_rule_set"),
    path("rules/<str:code>/proposals/<uuid:proposal_id>", second_person.decide_rules, name="decide_rule_proposal"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/new", account_deeds.new_account, name="new_account"),
    path("accounts/slips", account_files.slips, name="print_slips"),
    path("accounts/files", account_files.files, name="account_files"),
    path("accounts/files/example", account_files.example, name="account_file_example"),
    path("accounts/files/<uuid:file_id>", account_files.one_file, name="account_file"),
    path("accounts/files/<uuid:file_id>/rejected", account_files.rejected, name="rejected_accounts"),
    path("accounts/shared", shared_accounts.shared, name="shared_accounts"),
    path("accounts/shared/new", shared_accounts.register, name="register_shared_account"),
    path("accounts/shared/<uuid:exception_id>/hand-out", shared_accounts.hand_out, name="hand_out_shared_account"),
    path("accounts/shared/<uuid:exception_id>/take-back", shared_accounts.take_back, name="take_back_shared_account"),
    path("accounts/shared/<uuid:exception_id>/end", shared_accounts.end, name="end_shared_account"),
    path("accounts/reviews", reviews.campaigns, name="reviews"),
    path("accounts/reviews/new", reviews.start, name="start_review"),
    path("accounts/reviews/<uuid:campaign_id>", reviews.campaign, name="review"),
    path("accounts/reviews/<uuid:campaign_id>/csv", reviews.as_csv, name="review_csv"),
    path("accounts/reviews/<uuid:campaign_id>/<uuid:item_id>", reviews.decide, name="decide_review"),
    path("accounts/<uuid:account_id>", accounts.account, name="account"),
    path("accounts/<uuid:account_id>/link", account_deeds.link, name="link_account"),
    path("accounts/<uuid:account_id>/roles", account_deeds.change, name="roles_account"),
    path("accounts/<uuid:account_id>/names", account_deeds.rename, name="rename_account"),
    path("accounts/<uuid:account_id>/unlock", account_deeds.unlock, name="unlock_account"),
    path("accounts/<uuid:account_id>/sessions", account_deeds.sessions, name="sessions_account"),
    path("accounts/<uuid:account_id>/factors", account_deeds.factors, name="factors_account"),
    path("accounts/<uuid:account_id>/factors/confirm", second_person.confirm, name="confirm_reset"),
    path("accounts/<uuid:account_id>/close", account_deeds.close, name="close_account"),
    path("accounts/<uuid:account_id>/open", account_deeds.reopen, name="open_account"),
    path("search", people.search, name="search"),
    path("security", security.my_security, name="my_security"),
    path("security/password", security.password, name="change_password"),
    path("security/authenticator", security.authenticator, name="authenticator"),
    path("security/authenticator/remove", security.drop_authenticator, name="remove_authenticator"),
    path("security/recovery-codes", security.recovery_codes, name="recovery_codes"),
    path("security/passkeys", security.new_passkey, name="add_passkey"),
    path("security/passkeys/options", security.new_passkey_options, name="new_passkey_options"),
    path("security/passkeys/<uuid:passkey_id>/remove", security.drop_passkey, name="remove_passkey"),
    path("security/resets/seen", second_person.acknowledge, name="acknowledge_reset"),
    path("company/security", company_security.company_security, name="company_security"),
    path("company/security/change", company_security.change_security_rules, name="change_security_rules"),
    path("company/security/second-person/<slug:subject>", second_person.choose, name="choose_second_person"),
    path(
        "company/security/proposals/<uuid:proposal_id>", second_person.decide_security, name="decide_security_proposal"
    ),
    path("company/networks", networks.networks, name="networks"),
    path("company/networks/add", networks.add, name="add_network"),
    path("company/networks/<uuid:rule_id>/remove", networks.remove, name="remove_network"),
    path("access-tokens", tokens.tokens, name="tokens"),
    path("access-tokens/new", tokens.new_token, name="new_token"),
    path("access-tokens/groups/<uuid:group_id>", provisioning.tie_group, name="tie_group"),
    path("access-tokens/directory-rules", provisioning.directory_rules, name="directory_rules"),
    path("access-tokens/<uuid:token_id>/renew", tokens.renew_token, name="renew_token"),
    path("access-tokens/<uuid:token_id>/end", tokens.end_token, name="end_token"),
    path("my/activity", log.my_activity, name="my_activity"),
    path("log", log.log, name="log"),
    path("log/file", log.log_file, name="log_file"),
    path("support-access", support.support_access, name="support_access"),
    path("support-access/accesses", support.accesses, name="support_accesses"),
    path("support-access/grant", support.grant, name="grant_support"),
    path("support-access/<uuid:grant_id>/revoke", support.revoke, name="revoke_support"),
    path("support-access/<uuid:grant_id>/acknowledge", support.acknowledge, name="acknowledge_emergency"),
    path("operators", operators.console, name="operator_console"),
    path("operators/companies", operators.companies, name="operator_companies"),
    path("operators/companies/<uuid:grant_id>/open", operators.open_one, name="open_company"),
    path("operators/leave", operators.leave, name="leave_company"),
    path("operators/requests", operators.ask, name="ask_privilege"),
    path("operators/requests/<uuid:request_id>/approve", operators.approve, name="approve_privilege"),
    path("operators/requests/<uuid:request_id>/refuse", operators.refuse, name="refuse_privilege"),
    path("operators/requests/<uuid:request_id>/review", operators.review, name="review_privilege"),
    path("confirm", second_factor.confirm, name="confirm"),
    path("sign-in/second", second_factor.second_factor, name="second_factor"),
    path("sign-in/second/options", second_factor.own_passkey_options, name="own_passkey_options"),
    path("sign-in/passkey", sign_in.by_passkey, name="sign_in_by_passkey"),
    path("sign-in/passkey/options", sign_in.passkey_options, name="passkey_options"),
    path("sign-in/with", company_sign_in.company_sign_in, name="company_sign_in"),
    path("sign-in/arrive", company_sign_in.arrive, name="arrive"),
    path("sign-in/with/<str:company>/<slug:slug>", company_sign_in.begin_company_sign_in, name="begin_company_sign_in"),
    path(
        "sign-in/with/<str:company>/<slug:slug>/metadata", company_sign_in.our_saml_metadata, name="our_saml_metadata"
    ),
    path("sign-in/with/<str:company>/<slug:slug>/saml", company_sign_in.saml_answer, name="saml_answer"),
    path("sign-in/with/<str:company>/<slug:slug>/openid", company_sign_in.openid_answer, name="openid_answer"),
    path("confirm/with/<slug:slug>", company_sign_in.confirm_with, name="confirm_with"),
    path("confirm/arrive", company_sign_in.arrive_to_confirm, name="arrive_to_confirm"),
    path("single-sign-on", identity_providers.identity_providers, name="identity_providers"),
    path("single-sign-on/new", identity_providers.new, name="new_identity_provider"),
    path("single-sign-on/arrive", identity_providers.arrive_from_test, name="arrive_from_test"),
    path("single-sign-on/<uuid:provider_id>", identity_providers.identity_provider, name="identity_provider"),
    path("single-sign-on/<uuid:provider_id>/values", identity_providers.describe, name="describe_identity_provider"),
    path("single-sign-on/<uuid:provider_id>/trust", identity_providers.trust, name="trust_identity_provider"),
    path("single-sign-on/<uuid:provider_id>/test", identity_providers.begin_test, name="test_identity_provider"),
    path(
        "single-sign-on/<uuid:provider_id>/tests/<uuid:test_id>",
        identity_providers.test_page,
        name="identity_provider_test",
    ),
    path("single-sign-on/<uuid:provider_id>/activate", identity_providers.activate, name="activate_identity_provider"),
    path("single-sign-on/<uuid:provider_id>/only", identity_providers.only_for, name="only_identity_provider"),
    path("single-sign-on/<uuid:provider_id>/close", identity_providers.close, name="close_identity_provider"),
    path(
        "single-sign-on/<uuid:provider_id>/certificates/<digest:fingerprint>/remove",
        identity_providers.drop_certificate,
        name="remove_identity_provider_certificate",
    ),
    path("sessions", sessions.sessions, name="sessions"),
    path("sessions/stay", sessions.stay, name="stay"),
    path("sessions/end-others", sessions.end_others, name="end_other_sessions"),
    path("sessions/<uuid:session_id>/end", sessions.end, name="end_session"),
]
