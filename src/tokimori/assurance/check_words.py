"""What a check that did not hold would have been, as sentences; and what kept a probe from looking."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CHECKS: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "a_former_name_is_refused": _("A name that somebody had is given to nobody else"),
        "a_fresh_name_is_taken": _("A new name can be given"),
        "a_name_in_use_is_refused": _("A name in use is given to nobody else"),
        "a_punch_is_recorded": _("A punch is recorded"),
        "a_session_holds": _("A session holds while it is used"),
        "all_are_argon2id": _("Every password is stored as Argon2id"),
        "all_are_masked": _("Every password field is masked"),
        "all_are_named": _("Every password field is named for managers of passwords"),
        "all_are_up_to_date": _("Every password is stored with the present parameters"),
        "all_have_a_factor": _("Everybody with special rights has a second factor"),
        "an_invented_grant_opens_nothing": _("An invented grant opens nothing"),
        "another_under_its_key_is_refused": _("Another punch under the same key is refused"),
        "answers_come_quickly": _("Questions to the log are answered quickly"),
        "attacker_sees_nothing": _("The attacking company sees nothing"),
        "by_default_it_stays": _("By default an old password need not be changed"),
        "clocks_agree": _("The clocks agree"),
        "conflicting_roles_are_refused": _("Roles that exclude each other are refused"),
        "contents_are_whole": _("Every installed part is whole"),
        "context_cannot_be_forged": _("Nobody can pretend to be another company"),
        "context_key_is_hidden": _("The key behind the walls cannot be read"),
        "customers_find_no_console": _("Customers find no console"),
        "digits_work_once": _("Digits work once"),
        "every_event_is_in_time": _("Every event gets its place and its signature in time"),
        "every_log_fits": _("Every log fits together"),
        "every_model_has_a_table": _("Every table is there"),
        "every_session_has_its_device": _("Every session of the provider's people is from a registered device"),
        "inside_is_let_in": _("Who comes from an allowed network is let in"),
        "it_ends_in_any_case": _("A session ends after its longest time"),
        "it_ends_when_idle": _("A session ends when nobody uses it"),
        "it_has_a_time": _("The entry in the log has a time"),
        "it_is_changed": _("The password is changed"),
        "its_kind_and_place_stand_there": _("The kind and the place of an error stand in the log"),
        "keys_are_young": _("No key is too old"),
        "listens_privately": _("The database listens in private networks alone"),
        "methods_are_approved": _("Every key is used with an approved method"),
        "no_access_without_grant": _("Nobody of the provider was in a company without its grant"),
        "no_account_opens": _("No default password opens an account"),
        "no_grant_without_approver": _("Every grant was approved by somebody"),
        "no_password_in_the_events": _("No password stands in the events"),
        "no_password_in_the_log": _("No password stands in the log"),
        "no_privilege_without_second_person": _("Every privilege was approved by a second person"),
        "no_review_is_overdue": _("No review is overdue"),
        "no_roles_conflict": _("Nobody holds roles that exclude each other"),
        "no_secret_is_an_example": _("No secret of ours is an example"),
        "nobody_is_privileged_for_good": _("Nobody of the provider has standing privilege"),
        "nobody_sees_nothing": _("Who is nobody sees nothing"),
        "none_is_open": _("None is open"),
        "none_is_over": _("No exception has run out"),
        "none_is_overdue": _("No account is overdue"),
        "nothing_failed": _("No test failed"),
        "nothing_is_planted": _("Nothing can be planted in another company"),
        "nothing_strange_is_installed": _("Nothing is installed that was not locked"),
        "others_end": _("Other sessions end"),
        "outside_is_refused": _("Who comes from another network is refused"),
        "pasting_is_free": _("Passwords may be pasted"),
        "policy_stays": _("The program cannot take a wall away"),
        "refused_pairs_are_withheld": _("Duties that must be kept apart are withheld"),
        "right_digits_open": _("The right digits open the account"),
        "role_is_bound": _("The program's role is bound by the walls"),
        "row_security_stays_on": _("The program cannot switch the walls off"),
        "secrets_differ": _("Our secrets differ from one another"),
        "sent_again_it_is_the_same": _("A punch that is sent again stays one"),
        "the_account_is_locked": _("The account is closed for a while"),
        "the_database_follows_the_policy": _("The database allows what the policy declares, and nothing else"),
        "the_database_stays_shut": _("No default password opens the database"),
        "the_error_is_logged": _("An error is logged"),
        "the_lock_ends": _("The account opens again"),
        "the_lock_lasts": _("It stays closed as long as the rules say"),
        "the_log_is_overheard": _("The probe hears the log"),
        "the_new_one_opens": _("The new password opens the account"),
        "the_old_one_does_not": _("The old password does not"),
        "the_one_before_is_refused": _("The password before is refused"),
        "the_password_is_half": _("The password alone opens nothing"),
        "the_present_is_refused": _("The present password is refused as a new one"),
        "the_present_one_is_needed": _("The present password is asked for"),
        "the_program_is_as_it_was_started": _("The program is as it was started"),
        "the_rules_decide": _("The rules decide"),
        "the_service_reads_it": _("The service itself can read what is sealed"),
        "there_are_fields": _("There are password fields"),
        "there_are_requirements": _("There are requirements"),
        "this_session_stays": _("This session stays"),
        "triggers_stay_on": _("The program cannot disarm the guards of facts"),
        "two_places_are_noticed": _("Use in two places is noticed"),
        "under_a_rule_it_ends": _("Under a rule an old password must be changed"),
        "under_a_rule_it_holds_before": _("Under a rule a young password holds"),
        "versions_are_locked": _("Every part has its locked version"),
        "victim_sees_itself": _("The attacked company sees itself"),
        "wall_stays": _("The program cannot take a table's wall down"),
        "what_was_typed_does_not": _("What somebody typed does not stand in the log"),
        "without_a_rule_anywhere": _("Without a rule one may come from anywhere"),
        "wrong_digits_are_refused": _("Wrong digits are refused"),
        "wrong_passwords_fail": _("Wrong passwords fail"),
    }
)
FAMILIES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "cookies": _("Cookies are sent over encrypted connections alone"),
        "days_left": _("The certificate has days left"),
        "delete": _("Facts cannot be deleted"),
        "encrypted": _("What is not encrypted is refused or sent on"),
        "grants": _("The program may do in a table what was declared"),
        "no_frames": _("Pages cannot be framed by others"),
        "no_guessing": _("Browsers do not guess kinds of files"),
        "policy": _("Pages have a content security policy"),
        "referrer": _("Addresses are not told to others"),
        "refused": _("A weak password is refused"),
        "strict_transport": _("Browsers are told to come encrypted alone"),
        "taken": _("A good password is taken"),
        "trigger": _("The guard of a table of facts is armed"),
        "truncate": _("Facts cannot be emptied"),
        "trusted": _("The certificate is trusted"),
        "unreadable": _("What is sealed cannot be read in the table"),
        "update": _("Facts cannot be changed"),
        "wall": _("The wall stands around a table"),
    }
)
"""The same where one thing among many did not hold; the code names it after a colon."""
MESSAGES: Final[Mapping[str, Promise]] = MappingProxyType(
    {
        "No listener is named in TOKIMORI_LISTENERS.": _("No listener is named in TOKIMORI_LISTENERS."),
        "A listener named in TOKIMORI_LISTENERS speaks no TLS.": _(
            "A listener named in TOKIMORI_LISTENERS speaks no TLS."
        ),
        "No record of a run of the tests lies with this build.": _(
            "No record of a run of the tests lies with this build."
        ),
        "The recorded run of the tests was of another build, or not of all of them.": _(
            "The recorded run of the tests was of another build, or not of all of them."
        ),
        "The page on requirements does not lie with this build.": _(
            "The page on requirements does not lie with this build."
        ),
        "The lock files do not lie with this build.": _("The lock files do not lie with this build."),
        "The published cases do not lie with this build.": _("The published cases do not lie with this build."),
    }
)
"""What kept a probe from looking."""
